// OpenBLAS's C interface and the LAPACK routines that it carries.
#include <cblas.h>

// Eigenvalues, ascending, and eigenvectors of a symmetric matrix, which they replace, by divide and conquer. Debian's
// OpenBLAS carries the routine in Fortran's calling convention and no header for it.
void dsyevd_(
    const char *job, const char *triangle, const int *size, double *matrix, const int *stride, double *values,
    double *work, const int *workSize, int *integerWork, const int *integerWorkSize, int *status);
