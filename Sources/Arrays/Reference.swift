// The other half of every kernel: the same mathematics, one number after the other and in Double. Each lies beside the
// kernel that it checks.

/// Naive versions of the kernels, for the tests.
package enum Reference {}
