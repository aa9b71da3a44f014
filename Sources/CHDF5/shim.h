// HDF5's C interface, and an accessor for each constant that is a macro: Swift imports no macro that expands to code.
#include <hdf5.h>
