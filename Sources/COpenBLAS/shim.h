// OpenBLAS's C interface and the LAPACK routines that it carries.
#include <cblas.h>
