// What a method is: a row of the catalogue.
import Artifacts

/// A method: how it is made, and what the pipeline needs to know about it.
package struct Method: Sendable {
  /// Makes the posterior.
  typealias Maker = @Sendable (_ request: PosteriorRequest) throws -> any Posterior

  /// Its name in tables, commands and files.
  package let name: String
  /// The files of a run that it is made from, without `.h5`; `%` is replaced by each member. Nil: no file.
  package let files: String?
  /// The meaning of the number of samples.
  package let samples: Samples
  /// The drawing options that it accepts.
  package let options: Set<DrawingOption>
  /// Its forms with other versions of the questions that have rows in the tables too. They need one right choice.
  package let forms: [QuestionVersions.Use]
  /// Cases in which it does not apply, when the pipeline runs all methods.
  package let exceptions: [Exception]
  /// Whether it also writes texts: it draws parameters, and needs no choices to be made. Its `forms` never do.
  package let writes: Bool
  let make: Maker

  /// The meaning of the number of samples.
  package enum Samples: String, Sendable {
    /// Nothing: the method is not random.
    case none = "-"
    /// Draws of the parameters.
    case parameters
    /// Draws of the logits, which cost next to nothing.
    case logits
  }

  /// A case in which a method does not apply.
  package enum Exception: String, Sendable {
    /// An encoder cannot answer before its head is trained.
    case encoder
    /// The method needs LoRA's factors or their singular values, but other parametrisations train something else; or it
    /// needs few parameters.
    case lora, olora, nola, ttLoRA = "tt-lora", bLoRAXS = "b-lora-xs"
    /// On a decoder, the base alone determines the initial values, so that all members would be the same.
    case oloraDecoder = "olora+decoder", bLoRAXSDecoder = "b-lora-xs+decoder"
    /// Members with separate initial values have no product B A to average.
    case nolaSeparate = "nola+separate-starts", ttLoRASeparate = "tt-lora+separate-starts"
    /// It samples, and a clipped gradient is not that of the posterior.
    case gradientClip = "gradient-clip"
    /// Its file holds snapshots, and no best epoch.
    case keepBest = "keep-best"
    /// It needs one right choice for each text, but several labels may apply.
    case severalLabels = "several-labels"
    /// It needs one label for each text, but annotators share them out, or they are bins of numbers.
    case sharedLabels = "shared-labels"
    /// It samples the posterior of the cross-entropy's likelihood and no other, or has a loss of its own.
    case otherLoss = "other-loss"
    /// It takes far longer than all others together, so it runs only where it is named.
    case unlessNamed = "unless-named"

    static let allButLoRA: [Exception] = [.olora, .nola, .ttLoRA, .bLoRAXS]
  }

  init(
    _ name: String, from files: String? = nil, samples: Samples = .none, options: Set<DrawingOption> = [],
    forms: [QuestionVersions.Use] = [], notOn exceptions: [Exception] = [], writes: Bool = true, _ make: @escaping Maker
  ) {
    (self.name, self.files, self.samples, self.options, self.exceptions) = (name, files, samples, options, exceptions)
    (self.forms, self.writes, self.make) = (forms, writes, make)
  }
}
