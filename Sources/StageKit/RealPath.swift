// The real path of a file, by which two spellings of a path are recognised as the same file.
import Foundation

/// The absolute path without symbolic links, `.` and `..`. The file does not need to exist yet.
func realPath(of path: String) -> String {
  if let real = resolved(path) { return real }
  let url = URL(fileURLWithPath: path)
  guard let folder = resolved(url.deletingLastPathComponent().path) else { return url.standardized.path }
  return folder + "/" + url.lastPathComponent
}

/// The real path of an existing file or folder; nil if there is none.
private func resolved(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(cString: real)
}
