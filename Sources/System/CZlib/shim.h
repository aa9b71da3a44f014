// zlib: gunzip for question files.
#include <zlib.h>
