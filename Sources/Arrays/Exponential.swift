// Exponential, logarithm, logistic function, tanh, sine and the normal distribution's tail, sixteen at a time. The
// polynomials are minimax fits (Lawson's iteration); each is accurate to about the last bit of a Float.

/// e to the power of `x`, within 1e-7 of its value; 0 below -87.3 and 2e38 above 88. NaN stays NaN.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let highest = all(88)
  return boundedExponential(x.replacing(with: highest, where: x .> highest))
}

/// The same for values that are known to be at most 88.
@inline(__always)
func boundedExponential(_ x: Lanes) -> Lanes {
  // x = n ln 2 + r with |r| <= ln 2 / 2. Adding 1.5 * 2^23 rounds to an integer and leaves n in the lowest bits.
  let shift = all(12_582_912)
  let shifted = shift.addingProduct(x, all(1.442695041))
  let n = shifted - shift
  // ln 2 in two pieces; the first has so few digits that its product with n is exact.
  let r = x.addingProduct(n, all(-0.693359375)).addingProduct(n, all(2.12194440e-4))
  var q = all(0.00138146128)
  q = all(0.00836871006).addingProduct(q, r)
  q = all(0.0416683890).addingProduct(q, r)
  q = all(0.166665211).addingProduct(q, r)
  q = all(0.499999940).addingProduct(q, r)
  let e = all(1) + r.addingProduct(q, r * r)
  let power = numbers((bits(shifted) &<< Bits(repeating: 23)) &+ Bits(repeating: 0x3F80_0000))
  // Below, n is too large for an exponent.
  return (e * power).replacing(with: Lanes(), where: x .< all(-87.3))
}

/// The natural logarithm of `x` >= 1e-37, within 1e-7 of its value.
@inline(__always)
func logarithm(_ x: Lanes) -> Lanes {
  // x = 2^k (1 + f) with 1 + f between the roots of 1/2 and 2.
  let k = (unsafeBitCast(x, to: SIMD16<Int32>.self) &- SIMD16(repeating: 0x3F35_04F3)) &>> SIMD16(repeating: 23)
  let f = numbers(bits(x) &- (unsafeBitCast(k, to: Bits.self) &<< Bits(repeating: 23))) - all(1)
  // Converts a small integer to Float: put it into the lowest bits of 1.5 * 2^23.
  let shift = SIMD16<Int32>(repeating: 0x4B40_0000)
  let power = unsafeBitCast(k &+ shift, to: Lanes.self) - all(12_582_912)
  var p = all(0.0870043486)
  p = all(-0.142674863).addingProduct(p, f)
  p = all(0.149147689).addingProduct(p, f)
  p = all(-0.165775850).addingProduct(p, f)
  p = all(0.199630633).addingProduct(p, f)
  p = all(-0.250013381).addingProduct(p, f)
  p = all(0.333339095).addingProduct(p, f)
  let square = f * f
  let tail = (all(-0.5) * square).addingProduct(p * f, square)
  return (f + tail.addingProduct(power, all(-2.12194440e-4))).addingProduct(power, all(0.693359375))
}

/// The logistic function σ(x) and 1 - σ(x), both at full precision.
@inline(__always)
func sigmoid(_ x: Lanes) -> (own: Lanes, rest: Lanes) {
  let e = exponential(-x)
  let own = all(1) / (all(1) + e)
  return (own, e * own)
}

/// tanh(x) and its derivative 1 - tanh², each within 3e-7 of its value.
@inline(__always)
func hyperbolicTangent(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
  let sign = bits(x) & Bits(repeating: 1 << 31)
  // tanh|x| = (1 - e) / (1 + e) with e = exp(-2 |x|). Near 0 the difference cancels, and a polynomial takes its place.
  let e = boundedExponential(numbers(bits(x) | Bits(repeating: 1 << 31)) * all(2))
  let share = all(1) / (all(1) + e)
  let far = numbers(bits((all(1) - e) * share) | sign)
  let square = x * x
  var p = all(-0.00570498733)
  p = all(0.0206390880).addingProduct(p, square)
  p = all(-0.0537397154).addingProduct(p, square)
  p = all(0.133314416).addingProduct(p, square)
  p = all(-0.333332807).addingProduct(p, square)
  let near = x.addingProduct(p, x * square)
  return (far.replacing(with: near, where: square .< all(0.39)), all(4) * e * share * share)
}

/// Sine and cosine of `turns` / 2^32 full turns, within 1e-7.
@inline(__always)
func sineAndCosine(turns: Bits) -> (sine: Lanes, cosine: Lanes) {
  // The nearest quarter turn, in the upper two bits, and the distance from it: -1/2 to 1/2 quarter turns.
  let quarter = turns &+ Bits(repeating: 1 << 29)
  let x = floats(unsafeBitCast(turns &<< Bits(repeating: 2), to: SIMD16<Int32>.self)) * all(0x1p-32)
  let square = x * x
  var s = all(-0.00460217707)
  s = all(0.0796802267).addingProduct(s, square)
  s = all(-0.645963490).addingProduct(s, square)
  s = x * all(1.57079637).addingProduct(s, square)
  var c = all(9.03631677e-4)
  c = all(-0.0208600722).addingProduct(c, square)
  c = all(0.253669202).addingProduct(c, square)
  c = all(-1.23370051).addingProduct(c, square)
  c = all(1).addingProduct(c, square)
  // Sine and cosine swap at odd quarters. Bit 31 of the quarter is the sine's sign; the cosine's is that of the next
  // quarter.
  let odd = (quarter & Bits(repeating: 1 << 30)) .!= Bits()
  let sign = Bits(repeating: 1 << 31)
  return (
    numbers(bits(s.replacing(with: c, where: odd)) ^ (quarter & sign)),
    numbers(bits(c.replacing(with: s, where: odd)) ^ ((quarter &+ Bits(repeating: 1 << 30)) & sign))
  )
}

/// The standard normal distribution at `x`: the probability below it, with a relative error of 1e-6 (relative to its
/// complement above 0), and the density.
@inline(always)
func standardNormal(_ x: Lanes) -> (below: Lanes, density: Lanes) {
  let distance = numbers(bits(x) & Bits(repeating: 0x7FFF_FFFF))
  let e = boundedExponential(x * (x * all(-0.5)))
  // The tail beyond z is exp(-z²/2) times a slowly varying function of z, here a polynomial in 1 / (1 + 0.3 z).
  let t = all(1) / all(1).addingProduct(distance, all(0.3))
  var p = all(0.0356747769)
  p = all(-0.157203108).addingProduct(p, t)
  p = all(0.206353530).addingProduct(p, t)
  p = all(-0.0536836721).addingProduct(p, t)
  p = all(0.128561646).addingProduct(p, t)
  p = all(0.0999134853).addingProduct(p, t)
  p = all(0.120753959).addingProduct(p, t)
  p = all(0.119629301).addingProduct(p, t)
  let tail = e * (p * t)
  return ((all(1) - tail).replacing(with: tail, where: x .< Lanes()), e * all(0.398942280))
}

/// Converts the integers to Floats: one instruction, whereas `Lanes(x)` is a loop.
@inline(__always)
func floats(_ x: SIMD16<Int32>) -> Lanes {
  Lanes(
    Float(x[0]), Float(x[1]), Float(x[2]), Float(x[3]), Float(x[4]), Float(x[5]), Float(x[6]), Float(x[7]),
    Float(x[8]), Float(x[9]), Float(x[10]), Float(x[11]), Float(x[12]), Float(x[13]), Float(x[14]), Float(x[15]))
}
