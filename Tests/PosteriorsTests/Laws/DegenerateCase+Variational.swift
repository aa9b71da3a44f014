// Variational methods whose Gaussian has no width, and their means, which do not depend on it.
import Adapters
import Artifacts

extension DegenerateCase {
  /// With deviations of zero, a variational adapter is its mean.
  static func ofZeroDeviation(_ method: VariationalSettings.Method) -> DegenerateCase {
    DegenerateCase { run in
      let certain = try withoutDeviation(run.fit(method))
      return try (run.predict(method.rawValue, [certain]), run.predict("\(method.rawValue)-mean", [certain]))
    }
  }

  /// The mean does not change with the deviations around it.
  static func ofAnyDeviation(_ method: VariationalSettings.Method) -> DegenerateCase {
    DegenerateCase { run in
      let (name, adapter) = ("\(method.rawValue)-mean", try run.fit(method))
      return try (run.predict(name, [adapter]), run.predict(name, [withoutDeviation(adapter)]))
    }
  }

  private static func withoutDeviation(_ adapter: Adapter) -> Adapter {
    var adapter = adapter
    for tensor in GaussianTensors(adapter.parameters).tensors {
      for place in tensor.root..<tensor.root + tensor.count { adapter.values[place] = 0 }
    }
    return adapter
  }
}
