// Naive versions of the kernels: the same mathematics, one value after the other and in Double. Each is beside the
// kernel that it checks.

/// Naive versions of the kernels, for the tests.
package enum Reference {}
