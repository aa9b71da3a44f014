# The chance of a t this far from zero or farther with df degrees of freedom (Abramowitz and Stegun 26.7.3, 26.7.4).
function two_sided(t, df,    angle, c, k, term, series) {
  angle = atan2(t < 0 ? -t : t, sqrt(df)); c = cos(angle); term = df % 2 ? c : 1
  for (k = 2 + df % 2; k <= df; k += 2) { series += term; term *= c * c * (k - 1) / k }
  return 1 - (df % 2 ? (angle + sin(angle) * series) / atan2(0, -1) * 2 : sin(angle) * series)
}
# Fills corrected[i] for each p[i] (Holm 1979): the smallest p times the number of tests, the next times one less, and so
# on, never falling and at most 1.
function holm(p, corrected,    i, left, least, largest) {
  split("", corrected)
  for (i in p) left++
  for (; left > 0; left--) {
    least = ""
    for (i in p) if (!(i in corrected) && (least == "" || p[i] < p[least])) least = i
    if (p[least] * left > largest) largest = p[least] * left
    corrected[least] = largest < 1 ? largest : 1
  }
}
