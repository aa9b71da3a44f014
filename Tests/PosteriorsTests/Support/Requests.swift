// Requests for posteriors, as the tests make them.
import Adapters
import Posteriors

/// A request with these files, called `file-0.h5`, `file-1.h5` and so on.
func request(
  _ files: [any PosteriorFile], method: String = "tested", samples: Int = 4, seed: Int = 0,
  draws: DrawRule = .independent, scale: Double? = nil, dropout: Double? = nil, fit: AdapterSettings = .init(),
  parameterCount: Int = 0
) throws -> PosteriorRequest {
  try PosteriorRequest(
    method, PosteriorFiles(files.enumerated().map { ("file-\($0.offset).h5", $0.element) }, fit: fit),
    Drawing(samples: samples, seed: seed, draws: draws, scale: scale, dropout: dropout),
    parameterCount: parameterCount)
}
