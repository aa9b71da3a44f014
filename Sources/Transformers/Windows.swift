// A text that is too long for one sequence is several, its windows. One vector stands for it, the mean of theirs.
import Arrays

extension Pass {
  /// The means (texts, width) of the rows of x (sequences, width) that belong to one text; x where every text is one
  /// sequence.
  func meanOfWindows(_ x: Activations, width: Int) -> Activations {
    guard batch.textWindows.count < batch.count else { return x }
    let means = zeros(batch.textWindows.count * width)
    forEachWindow { text, window, share in
      addScaled(x + window * width, by: share, to: means + text * width, count: width)
    }
    return means
  }

  /// The gradient of x (sequences, width) for that of its means (texts, width).
  func gradientOfWindows(_ dMeans: Activations, width: Int) -> Activations {
    guard batch.textWindows.count < batch.count else { return dMeans }
    let dx = zeros(batch.count * width)
    forEachWindow { text, window, share in
      addScaled(dMeans + text * width, by: share, to: dx + window * width, count: width)
    }
    return dx
  }

  private func forEachWindow(_ body: (_ text: Int, _ window: Int, _ share: Float) -> Void) {
    for (text, windows) in batch.textWindows.enumerated() {
      for window in windows { body(text, window, 1 / Float(windows.count)) }
    }
  }
}
