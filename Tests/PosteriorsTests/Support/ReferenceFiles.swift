// The numbers of the independent implementations in Reference.
import Foundation
import TestSupport

/// A file of Tests/PosteriorsTests/Reference.
func reference<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
  let path = projectRoot + "/Tests/PosteriorsTests/Reference/" + name
  return try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
}
