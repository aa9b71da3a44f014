// An HDF5 file: made once and whole, or read; never changed. Object times are off and numbers are little-endian, so
// that equal content gives equal bytes; the file format is 1.10's, whose metadata carry checksums.
import CHDF5
import Faults

/// An open HDF5 file.
///
/// Everything opened in it is closed with it. A file that was made must be closed by `close`, which tells whether all of
/// it was written; a file that only goes out of use is closed in silence.
package struct File: ~Copyable {
  /// Where it lies.
  package let path: String
  /// What the faults of this file say: data that cannot be read, or output that cannot be written.
  let code: Fault.Code
  let handle: Handle
  /// All bytes of a file that is read, where the caller has them.
  let image: UnsafeRawBufferPointer?

  /// Makes a new file; one that exists is not touched (`.cannotCreate`).
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

  /// Opens a file for reading. No lock is taken: cluster file systems have none, and our files never change.
  ///
  /// - Parameter image: all bytes of the file, which live longer than it. With them its texts are checked before the
  ///   library reads them, which is not made for files that somebody has forged.
  package static func open(_ path: String, image: UnsafeRawBufferPointer? = nil) throws -> File {
    Context.prepareLibrary()
    let context = Context(code: .data, path: path, action: "open")
    if let image, let place = GlobalHeaps(file: image, base: 0).firstMalformed() {
      throw context.fault("the texts at byte \(place) are malformed")
    }
    let access = try accessList(context)
    let handle = try Handle(H5Fopen(path, h5_read_only(), access.id), closedBy: H5Fclose, context)
    return File(path: path, code: .data, handle: handle, image: image)
  }

  /// Closes the file; throws `.inputOutput` where something could not be written.
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

  /// `action` on this file, for faults.
  func context(_ action: String) -> Context {
    Context.prepareLibrary()
    return Context(code: code, path: path, action: action)
  }

  /// Makes the group `name` in an existing group.
  package borrowing func createGroup(_ name: String) throws {
    let context = context("make group \(name)")
    let creation = try Handle(H5Pcreate(h5_group_create()), closedBy: H5Pclose, context)
    try context.check(H5Pset_obj_track_times(creation.id, false))
    let group = try Handle(H5Gcreate2(handle.id, name, 0, creation.id, 0), closedBy: H5Gclose, context)
    try group.close(context)
  }

  /// What a group holds.
  package struct Member {
    /// Its name in the group.
    package let name: String
    /// Whether it is a group itself.
    package let isGroup: Bool
    /// Where it lies: two names of one object have the same place.
    package let place: UInt64
  }

  /// What is in a group, in the order of the names' bytes.
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
      var place: UInt64 = 0
      try context.check(h5_place(object.id, &place))
      return Member(name: name, isGroup: H5Iget_type(object.id) == H5I_GROUP, place: place)
    }
  }

  /// A number of things that the file claims to hold, each of which takes more than a byte.
  borrowing func count(_ claimed: UInt64, _ context: Context) throws -> Int {
    guard claimed <= UInt64(try size(context)) else { throw context.fault("it claims \(claimed) entries") }
    return Int(claimed)
  }

  /// The bytes of the file.
  borrowing func size(_ context: Context) throws -> Int {
    var size: hsize_t = 0
    try context.check(H5Fget_filesize(handle.id, &size))
    return Int(clamping: size)
  }

  /// Refuses a path with a link that leads to another file or name in it: our own files have none.
  func requireOwn(_ place: hid_t, _ path: String, _ context: Context) throws {
    var name = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      name += name.isEmpty ? part : "/" + part
      guard try context.check(h5_is_hard_link(place, name)) == 1 else {
        throw context.fault("\(name) is a link to elsewhere")
      }
    }
  }
}
