// An HDF5 file: made once and whole, or read; never changed. Object times are off and numbers are little-endian, so
// that equal content gives equal bytes; the file format is 1.10's, whose metadata carry checksums.
import CHDF5
import Faults

/// An open HDF5 file.
///
/// Everything opened in it is closed with it. A file that was made must be closed by `close`, which tells whether all of
/// it was written; a file that only goes out of use is closed in silence.
public struct File: ~Copyable {
  /// Where it lies.
  public let path: String
  /// What the faults of this file say: data that cannot be read, or output that cannot be written.
  let code: Fault.Code
  let handle: Handle

  /// Makes a new file; one that exists is not touched (`.cannotCreate`).
  ///
  /// The first `userBlock` bytes (0, or a power of two from 512) are left to the caller. Datasets begin at multiples of
  /// `alignment` bytes.
  public static func create(_ path: String, userBlock: Int = 0, alignment: Int = 1) throws -> File {
    Context.prepareLibrary()
    let context = Context(code: .cannotCreate, path: path, action: "create")
    let access = try accessList(context)
    try context.check(H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110))
    try context.check(H5Pset_alignment(access.id, 1, UInt64(alignment)))
    let creation = try Handle(H5Pcreate(h5_file_create()), closedBy: H5Pclose, context)
    try context.check(H5Pset_obj_track_times(creation.id, false))
    try context.check(H5Pset_userblock(creation.id, UInt64(userBlock)))
    let handle = try Handle(H5Fcreate(path, h5_must_be_new(), creation.id, access.id), closedBy: H5Fclose, context)
    return File(path: path, code: .inputOutput, handle: handle)
  }

  /// Opens a file for reading. No lock is taken: cluster file systems have none, and our files never change.
  public static func open(_ path: String) throws -> File {
    Context.prepareLibrary()
    let context = Context(code: .data, path: path, action: "open")
    let access = try accessList(context)
    let handle = try Handle(H5Fopen(path, h5_read_only(), access.id), closedBy: H5Fclose, context)
    return File(path: path, code: .data, handle: handle)
  }

  /// Closes the file; throws `.inputOutput` where something could not be written.
  public consuming func close() throws {
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
  public borrowing func createGroup(_ name: String) throws {
    let context = context("make group \(name)")
    let creation = try Handle(H5Pcreate(h5_group_create()), closedBy: H5Pclose, context)
    try context.check(H5Pset_obj_track_times(creation.id, false))
    let group = try Handle(H5Gcreate2(handle.id, name, 0, creation.id, 0), closedBy: H5Gclose, context)
    try group.close(context)
  }

  /// The names in a group, in the order of their bytes, with whether each is a group itself.
  public borrowing func names(in group: String = "/") throws -> [(name: String, isGroup: Bool)] {
    let context = context("list \(group)")
    let opened = try Handle(H5Gopen2(handle.id, group, 0), closedBy: H5Gclose, context)
    var information = H5G_info_t()
    try context.check(H5Gget_info(opened.id, &information))
    return try (0..<information.nlinks).map { index in
      var buffer = [CChar](repeating: 0, count: 4096)
      try context.check(
        H5Lget_name_by_idx(opened.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &buffer, buffer.count, 0))
      let name = try text(buffer, context)
      try requireOwn(opened.id, name, context)
      let object = try Handle(H5Oopen(opened.id, name, 0), closedBy: H5Oclose, context)
      return (name, H5Iget_type(object.id) == H5I_GROUP)
    }
  }

  /// Refuses links that lead to other files or names: our own files have none.
  func requireOwn(_ place: hid_t, _ name: String, _ context: Context) throws {
    guard try context.check(h5_is_hard_link(place, name)) == 1 else {
      throw context.fault("\(name) is a link to elsewhere")
    }
  }
}
