// Where a file really lies, whatever way its path takes there.
import Foundation

/// The path without symbolic links and detours, of a file that need not be there yet.
func place(of path: String) -> String {
  if let real = realPath(path) { return real }
  let url = URL(fileURLWithPath: path)
  guard let folder = realPath(url.deletingLastPathComponent().path) else { return url.standardized.path }
  return folder + "/" + url.lastPathComponent
}

private func realPath(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(cString: real)
}
