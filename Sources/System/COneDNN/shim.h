// oneDNN's product by a packed matrix, y = x W (+ bias) (+ y), behind five functions.
//
// The library is opened when the first product is made, not when a program starts: it is large, most stages do not need
// it, and a program runs without it. OMP_NUM_THREADS is 1 while it is opened: work is divided above, by whole
// micro-batches, and its own threads would stand in the way. Its C interface differs between versions 2 and 3; this is
// for 2.x, and a program that was built with other headers, or none, says that there is no oneDNN.
#pragma once
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if __has_include(<oneapi/dnnl/dnnl.h>)
#include <oneapi/dnnl/dnnl.h>
#if DNNL_VERSION_MAJOR == 2
#define ONEDNN_IS_KNOWN 1
#endif
#endif

/// What a product is: W's shape and numbers, whether a bias is added, and whether y is added to.
typedef struct {
  int64_t rows, inner, columns;
  /// x and W in bfloat16; float32 otherwise. Bias, sums and y are float32.
  int32_t bfloat16;
  int32_t bias;
  int32_t adding;
} onednn_shape;

#ifdef ONEDNN_IS_KNOWN

#define ONEDNN_FUNCTIONS(use)                                                                                          \
  use(dnnl_engine_create) use(dnnl_stream_create) use(dnnl_stream_destroy) use(dnnl_memory_desc_init_by_tag)           \
  use(dnnl_memory_desc_get_size) use(dnnl_memory_create) use(dnnl_memory_destroy) use(dnnl_matmul_desc_init)           \
  use(dnnl_primitive_attr_create) use(dnnl_primitive_attr_destroy) use(dnnl_primitive_attr_set_scratchpad_mode)        \
  use(dnnl_primitive_attr_set_post_ops) use(dnnl_post_ops_create) use(dnnl_post_ops_destroy)                           \
  use(dnnl_post_ops_append_sum) use(dnnl_primitive_desc_create) use(dnnl_primitive_desc_destroy)                       \
  use(dnnl_primitive_desc_query_md) use(dnnl_primitive_desc_query) use(dnnl_primitive_create) use(dnnl_primitive_destroy)                             \
  use(dnnl_primitive_execute) use(dnnl_reorder_primitive_desc_create)

/// The library: its functions and its engine.
typedef struct {
#define ONEDNN_FIELD(name) __typeof__(&name) name;
  ONEDNN_FUNCTIONS(ONEDNN_FIELD)
  dnnl_engine_t engine;
} onednn;

/// A packed matrix's place in memory.
typedef struct {
  dnnl_memory_desc_t place;
} onednn_layout;

/// One product, ready to be executed by any thread.
typedef struct {
  dnnl_primitive_t primitive;
  dnnl_memory_desc_t x, w, bias, y, scratch;
  /// Bytes of memory that an execution needs besides.
  int64_t scratch_bytes;
  /// Whether its kernel is of those (brgemm) that make a row the same whatever rows stand beside it. The library's others
  /// cut the sums as the number of rows suggests.
  int32_t rows_are_independent;
} onednn_product;

/// Numbers where they lie, as oneDNN knows them. Many threads may read through one.
typedef struct {
  dnnl_memory_t memory;
} onednn_numbers;

/// 0 for success; -1 for what the library or the processor cannot; 1 for what failed, as for want of memory.
static inline int onednn_answer(dnnl_status_t status) {
  return status == dnnl_success ? 0 : status == dnnl_unimplemented || status == dnnl_invalid_arguments ? -1 : 1;
}

/// Opens the library. 0, or -1 where it is not there, or 1 where it is there and cannot be loaded, which is for want of
/// memory.
static inline int onednn_open(onednn *library) {
  const char *before = getenv("OMP_NUM_THREADS");
  char *kept = before ? strdup(before) : NULL;
  setenv("OMP_NUM_THREADS", "1", 1);
  void *opened = dlopen("libdnnl.so.2", RTLD_NOW | RTLD_LOCAL);
  if (kept) setenv("OMP_NUM_THREADS", kept, 1);
  else unsetenv("OMP_NUM_THREADS");
  free(kept);
  if (!opened) return strstr(dlerror(), "cannot open shared object") ? -1 : 1;
#define ONEDNN_FIND(name)                                                                                              \
  *(void **)&library->name = dlsym(opened, #name);                                                                     \
  if (!library->name) return -1;
  ONEDNN_FUNCTIONS(ONEDNN_FIND)
  return onednn_answer(library->dnnl_engine_create(&library->engine, dnnl_cpu, 0));
}

static inline int onednn_describe(
    const onednn *library, dnnl_memory_desc_t *place, int64_t rows, int64_t columns, int bfloat16,
    dnnl_format_tag_t tag) {
  dnnl_dims_t shape = {rows, columns};
  return library->dnnl_memory_desc_init_by_tag(place, 2, shape, bfloat16 ? dnnl_bf16 : dnnl_f32, tag) == dnnl_success
      ? 0 : -1;
}

/// Makes a product by a W that lies as `layout` says, or as oneDNN likes best where that is NULL. 0, or -1 where the
/// processor or the library cannot, or 1 where there is no memory for it.
static inline int onednn_make(
    const onednn *library, onednn_shape shape, const onednn_layout *layout, onednn_product *product) {
  dnnl_memory_desc_t any;
  if (onednn_describe(library, &product->x, shape.rows, shape.inner, shape.bfloat16, dnnl_ab)) return -1;
  if (onednn_describe(library, &any, shape.inner, shape.columns, shape.bfloat16, dnnl_format_tag_any)) return -1;
  if (onednn_describe(library, &product->bias, 1, shape.columns, 0, dnnl_ab)) return -1;
  if (onednn_describe(library, &product->y, shape.rows, shape.columns, 0, dnnl_ab)) return -1;
  dnnl_matmul_desc_t description;
  if (library->dnnl_matmul_desc_init(
          &description, &product->x, layout ? &layout->place : &any, shape.bias ? &product->bias : NULL, &product->y)
      != dnnl_success)
    return -1;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_primitive_desc_t chosen = NULL;
  if (library->dnnl_primitive_attr_create(&attributes) || library->dnnl_post_ops_create(&after)
      || library->dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user)
      || (shape.adding && library->dnnl_post_ops_append_sum(after, 1))
      || library->dnnl_primitive_attr_set_post_ops(attributes, after))
    return 1;
  int status =
      onednn_answer(library->dnnl_primitive_desc_create(&chosen, &description, attributes, library->engine, NULL));
  if (!status) {
    product->w = *library->dnnl_primitive_desc_query_md(chosen, dnnl_query_weights_md, 0);
    product->scratch = *library->dnnl_primitive_desc_query_md(chosen, dnnl_query_scratchpad_md, 0);
    product->scratch_bytes = (int64_t)library->dnnl_memory_desc_get_size(&product->scratch);
    const char *kernel = "";
    library->dnnl_primitive_desc_query(chosen, dnnl_query_impl_info_str, 0, &kernel);
    product->rows_are_independent = !strncmp(kernel, "brg", 3);
    status = onednn_answer(library->dnnl_primitive_create(&product->primitive, chosen));
    library->dnnl_primitive_desc_destroy(chosen);
  }
  library->dnnl_post_ops_destroy(after);
  library->dnnl_primitive_attr_destroy(attributes);
  return status;
}

/// The layout of a product's W, and its bytes.
static inline onednn_layout onednn_layout_of(const onednn *library, const onednn_product *product, int64_t *bytes) {
  onednn_layout layout = {product->w};
  *bytes = (int64_t)library->dnnl_memory_desc_get_size(&product->w);
  return layout;
}

/// Whether W lies in panels of 64 columns, each with its rows one after the other: the number of these rows (at least
/// W's, zeros beyond), or 0.
static inline int64_t onednn_panel_rows(const onednn_layout *layout) {
  const dnnl_memory_desc_t *place = &layout->place;
  const dnnl_blocking_desc_t *blocks = &place->format_desc.blocking;
  if (place->format_kind != dnnl_blocked || place->data_type != dnnl_f32 || place->offset0 || blocks->inner_nblks != 2
      || blocks->inner_idxs[0] != 0 || blocks->inner_idxs[1] != 1 || blocks->inner_blks[1] != 64
      || blocks->strides[0] != blocks->inner_blks[0] * 64 || blocks->strides[1] != place->padded_dims[0] * 64)
    return 0;
  return place->padded_dims[0];
}

/// The layout of a W (inner, columns) as it lies in a file: row-major, or its transpose row-major.
static inline int onednn_plain_layout(
    const onednn *library, int64_t inner, int64_t columns, int bfloat16, int transposed, onednn_layout *layout) {
  return onednn_describe(library, &layout->place, inner, columns, bfloat16, transposed ? dnnl_ba : dnnl_ab);
}

/// Copies numbers from one layout into another of the same shape, rounding to bfloat16 where the second asks for it. 0, or
/// -1 where the library cannot, or 1 where there is no memory for it.
static inline int onednn_copy(
    const onednn *library, const onednn_layout *from, const void *source, const onednn_layout *to, void *target) {
  dnnl_primitive_desc_t chosen;
  dnnl_primitive_t primitive;
  dnnl_stream_t stream;
  dnnl_memory_t a, b;
  int status = onednn_answer(library->dnnl_reorder_primitive_desc_create(
      &chosen, &from->place, library->engine, &to->place, library->engine, NULL));
  if (status) return status;
  status = onednn_answer(library->dnnl_primitive_create(&primitive, chosen));
  library->dnnl_primitive_desc_destroy(chosen);
  if (status) return status;
  if (library->dnnl_stream_create(&stream, library->engine, dnnl_stream_default_flags)
      || library->dnnl_memory_create(&a, &from->place, library->engine, (void *)source)
      || library->dnnl_memory_create(&b, &to->place, library->engine, target))
    return 1;
  dnnl_exec_arg_t places[] = {{DNNL_ARG_FROM, a}, {DNNL_ARG_TO, b}};
  status = onednn_answer(library->dnnl_primitive_execute(primitive, stream, 2, places));
  library->dnnl_memory_destroy(a);
  library->dnnl_memory_destroy(b);
  library->dnnl_stream_destroy(stream);
  library->dnnl_primitive_destroy(primitive);
  return status;
}

/// Says where the numbers of W, or of a bias, lie. 0, or -1.
static inline int onednn_place(
    const onednn *library, const dnnl_memory_desc_t *description, const void *numbers, onednn_numbers *placed) {
  return library->dnnl_memory_create(&placed->memory, description, library->engine, (void *)numbers) == dnnl_success
      ? 0 : -1;
}

static inline void onednn_forget(const onednn *library, onednn_numbers placed) {
  if (placed.memory) library->dnnl_memory_destroy(placed.memory);
}

/// y = x W (+ bias) (+ y). `bias` is read only where the product was made with one.
static inline int onednn_multiply(
    const onednn *library, const onednn_product *product, const void *x, onednn_numbers w, onednn_numbers bias, float *y,
    void *scratch) {
  dnnl_stream_t stream;
  onednn_numbers from, to, besides;
  if (onednn_place(library, &product->x, x, &from) || onednn_place(library, &product->y, y, &to)
      || onednn_place(library, &product->scratch, scratch, &besides)
      || library->dnnl_stream_create(&stream, library->engine, dnnl_stream_default_flags) != dnnl_success)
    return -1;
  dnnl_exec_arg_t arguments[] = {
      {DNNL_ARG_SRC, from.memory}, {DNNL_ARG_WEIGHTS, w.memory}, {DNNL_ARG_DST, to.memory},
      {DNNL_ARG_SCRATCHPAD, besides.memory}, {DNNL_ARG_BIAS, bias.memory}};
  int status = library->dnnl_primitive_execute(product->primitive, stream, bias.memory ? 5 : 4, arguments)
          == dnnl_success ? 0 : -1;
  onednn_forget(library, from);
  onednn_forget(library, to);
  onednn_forget(library, besides);
  library->dnnl_stream_destroy(stream);
  return status;
}

#else

typedef struct { int none; } onednn;
typedef struct { int none; } onednn_layout;
typedef struct { int x, w, bias, rows_are_independent; int64_t scratch_bytes; } onednn_product;
typedef struct { void *memory; } onednn_numbers;
static inline int onednn_open(onednn *library) { (void)library; return -1; }
static inline int onednn_make(
    const onednn *library, onednn_shape shape, const onednn_layout *layout, onednn_product *product) {
  (void)library, (void)shape, (void)layout, (void)product;
  return -1;
}
static inline onednn_layout onednn_layout_of(const onednn *library, const onednn_product *product, int64_t *bytes) {
  (void)library, (void)product, (void)bytes;
  return (onednn_layout){0};
}
static inline int64_t onednn_panel_rows(const onednn_layout *layout) { (void)layout; return 0; }
static inline int onednn_plain_layout(
    const onednn *library, int64_t inner, int64_t columns, int bfloat16, int transposed, onednn_layout *layout) {
  (void)library, (void)inner, (void)columns, (void)bfloat16, (void)transposed, (void)layout;
  return -1;
}
static inline int onednn_copy(
    const onednn *library, const onednn_layout *from, const void *source, const onednn_layout *to, void *target) {
  (void)library, (void)from, (void)source, (void)to, (void)target;
  return -1;
}
static inline int onednn_place(
    const onednn *library, const int *description, const void *numbers, onednn_numbers *placed) {
  (void)library, (void)description, (void)numbers, (void)placed;
  return -1;
}
static inline void onednn_forget(const onednn *library, onednn_numbers placed) { (void)library, (void)placed; }
static inline int onednn_multiply(
    const onednn *library, const onednn_product *product, const void *x, onednn_numbers w, onednn_numbers bias, float *y,
    void *scratch) {
  (void)library, (void)product, (void)x, (void)w, (void)bias, (void)y, (void)scratch;
  return -1;
}

#endif
