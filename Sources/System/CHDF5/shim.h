// HDF5's C interface, and an accessor for each constant that is a macro: Swift imports no macro that expands to code.
#include <hdf5.h>
#include <string.h>

static inline unsigned h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned h5_must_be_new(void) { return H5F_ACC_EXCL; }
static inline hid_t h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t h5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t h5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t h5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t h5_c_string(void) { return H5T_C_S1; }

// The kind of error that an allocation is which failed.
static inline hid_t h5_no_space(void) { return H5E_NOSPACE; }

// Types in the file: always little-endian, so that equal content gives equal bytes.
static inline hid_t h5_file_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t h5_file_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t h5_file_int32(void) { return H5T_STD_I32LE; }
static inline hid_t h5_file_int64(void) { return H5T_STD_I64LE; }
static inline hid_t h5_file_int8(void) { return H5T_STD_I8LE; }
static inline hid_t h5_file_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t h5_file_uint16(void) { return H5T_STD_U16LE; }

// The same types in memory.
static inline hid_t h5_memory_float32(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t h5_memory_float64(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t h5_memory_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t h5_memory_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t h5_memory_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t h5_memory_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t h5_memory_uint16(void) { return H5T_NATIVE_UINT16; }

// 1 for an object of this file, 0 for a link to elsewhere (soft, external), negative where there is no such name.
// The info structure has two versions since HDF5 1.12; the macros of both agree.
static inline int h5_is_hard_link(hid_t place, const char *name) {
  H5L_info_t info;
  herr_t answer = H5Lget_info(place, name, &info, H5P_DEFAULT);
  return answer < 0 ? -1 : info.type == H5L_TYPE_HARD;
}

// Where an open object lies in its file: two names of one object give the same number; negative where that fails.
static inline int h5_place(hid_t object, unsigned long long *place) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  if (H5Oget_info3(object, &info, H5O_INFO_BASIC) < 0) return -1;
  memcpy(place, &info.token, sizeof *place);
#else
  H5O_info_t info;
  if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0) return -1;
  *place = info.addr;
#endif
  return 0;
}

// The first place where `count` bytes hold `wanted`, or NULL. glibc declares memmem, its fast search, only where GNU
// extensions are asked for.
void *memmem(const void *bytes, size_t count, const void *wanted, size_t wanted_count);
static inline const void *h5_find(const void *bytes, size_t count, const void *wanted, size_t wanted_count) {
  return memmem(bytes, count, wanted, wanted_count);
}
