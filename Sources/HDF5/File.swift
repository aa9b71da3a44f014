// An HDF5 file: written once as a whole, or read; never modified. Object times are off and numbers are little-endian,
// so that equal content gives equal bytes. The file format is 1.10's, whose metadata have checksums.
import CHDF5
import Faults

/// An open HDF5 file.
///
/// Everything opened in it is closed with it. A new file must be closed by `close`, which reports whether all of it was
/// written; one that merely goes out of scope is closed without a report.
package struct File: ~Copyable {
  /// The path that it was opened from.
  package let path: String
  /// The kind of this file's faults: data that cannot be read, or output that cannot be written.
  let code: Fault.Code
  let handle: Handle
  /// All bytes of a file that is being read, if the caller has them.
  let image: UnsafeRawBufferPointer?

  /// Creates a new file; an existing one is left alone (`.cannotCreate`).
  ///
  /// The first `userBlock` bytes (0, or a power of two from 512) are left to the caller. Datasets begin at multiples of
  /// `alignment` bytes.
  package static func create(_ path: String, userBlock: Int = 0, alignment: Int = 1) throws -> File {
    Context.prepareLibrary()
    let context = Context(code: .cannotCreate, path: path, action: "create")
    let access = try accessList(context)
    try context.check(H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110))
    try context.check(H5Pset_alignment(access.id, 1, UInt64(alignment)))
    let creation = try Handle(H5Pcreate(h5_file_create()), closedBy: H5Pclose, context)
    try context.check(H5Pset_obj_track_times(creation.id, false))
    try context.check(H5Pset_userblock(creation.id, UInt64(userBlock)))
    let handle = try Handle(H5Fcreate(path, h5_must_be_new(), creation.id, access.id), closedBy: H5Fclose, context)
    return File(path: path, code: .inputOutput, handle: handle, image: nil)
  }

  /// Opens a file for reading. It is not locked: cluster file systems lack locks, and our files never change.
  ///
  /// - Parameter image: all bytes of the file; they must outlive it. With them its texts are checked before the library
  ///   reads them, because the library is not hardened against forged files.
  package static func open(_ path: String, image: UnsafeRawBufferPointer? = nil) throws -> File {
    Context.prepareLibrary()
    let context = Context(code: .data, path: path, action: "open")
    if let image, let offset = GlobalHeaps(file: image, base: 0).firstMalformed() {
      throw context.fault("the texts at byte \(offset) are malformed")
    }
    let access = try accessList(context)
    let handle = try Handle(H5Fopen(path, h5_read_only(), access.id), closedBy: H5Fclose, context)
    return File(path: path, code: .data, handle: handle, image: image)
  }

  /// Closes the file; throws `.inputOutput` if something could not be written.
  package consuming func close() throws {
    let context = context("write the end")
    try handle.close(context)
  }

  private static func accessList(_ context: Context) throws -> Handle {
    let list = try Handle(H5Pcreate(h5_file_access()), closedBy: H5Pclose, context)
    try context.check(H5Pset_fclose_degree(list.id, H5F_CLOSE_STRONG))
    try context.check(H5Pset_file_locking(list.id, false, true))
    return list
  }

  /// The context of `action` on this file, for faults.
  func context(_ action: String) -> Context {
    Context.prepareLibrary()
    return Context(code: code, path: path, action: action)
  }

  /// Creates the group `name` in an existing group.
  package borrowing func createGroup(_ name: String) throws {
    let context = context("make group \(name)")
    let creation = try Handle(H5Pcreate(h5_group_create()), closedBy: H5Pclose, context)
    try context.check(H5Pset_obj_track_times(creation.id, false))
    let group = try Handle(H5Gcreate2(handle.id, name, 0, creation.id, 0), closedBy: H5Gclose, context)
    try group.close(context)
  }

  /// A member of a group.
  package struct Member {
    /// Its name in the group.
    package let name: String
    /// Whether it is a group itself.
    package let isGroup: Bool
    /// The object's address in the file: two names of one object have the same address.
    package let address: UInt64
  }

  /// The members of a group, in the order of the names' bytes.
  package borrowing func members(of group: String = "/") throws -> [Member] {
    let context = context("list \(group)")
    let opened = try Handle(H5Gopen2(handle.id, group, 0), closedBy: H5Gclose, context)
    var information = H5G_info_t()
    try context.check(H5Gget_info(opened.id, &information))
    return try (0..<count(information.nlinks, context)).map { index in
      var buffer = [CChar](repeating: 0, count: 4096)
      try context.check(
        H5Lget_name_by_idx(opened.id, ".", H5_INDEX_NAME, H5_ITER_INC, UInt64(index), &buffer, buffer.count, 0))
      let name = try text(buffer, context)
      try requireOwn(opened.id, name, context)
      let object = try Handle(H5Oopen(opened.id, name, 0), closedBy: H5Oclose, context)
      var address: UInt64 = 0
      try context.check(h5_place(object.id, &address))
      return Member(name: name, isGroup: H5Iget_type(object.id) == H5I_GROUP, address: address)
    }
  }

  /// Checks a number of entries that the file claims to have; each takes at least a byte.
  borrowing func count(_ claimed: UInt64, _ context: Context) throws -> Int {
    guard claimed <= UInt64(try size(context)) else { throw context.fault("it claims \(claimed) entries") }
    return Int(claimed)
  }

  /// The size of the file in bytes.
  borrowing func size(_ context: Context) throws -> Int {
    var size: hsize_t = 0
    try context.check(H5Fget_filesize(handle.id, &size))
    return Int(clamping: size)
  }

  /// Rejects a path with a soft or external link in it: our own files have none.
  func requireOwn(_ parent: hid_t, _ path: String, _ context: Context) throws {
    var name = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      name += name.isEmpty ? part : "/" + part
      guard try context.check(h5_is_hard_link(parent, name)) == 1 else {
        throw context.fault("\(name) is a soft or external link, which these files never have")
      }
    }
  }
}
