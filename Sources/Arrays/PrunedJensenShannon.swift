// The pruned Jensen-Shannon loss of DNA (Chu et al. 2022, "DNA: Domain generalization with diversified neural averaging",
// ICML 2022): what is left of the Jensen-Shannon divergence between the predicted distribution and the label where only
// the label's probability p counts.
import Glibc

/// PJS(p) = log(2 / (1 + p)) + p log(2 p / (1 + p)), in nats: log 2 at p = 0, and 0 at p = 1.
///
/// - Parameter logarithm: log p.
/// - Returns: the loss, and its derivative by log p, p log(2 p / (1 + p)).
package func prunedJensenShannon(logarithm: Double) -> (value: Double, slope: Double) {
  let p = exp(logarithm)
  let half = log(2) - log1p(p)
  // At p = 0 the product vanishes, and log p may be infinite.
  let slope = p > 0 ? p * (half + logarithm) : 0
  return (max(0, half + slope), slope)
}
