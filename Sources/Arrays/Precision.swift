// The precision of the products by frozen matrices, and which is the fastest on a processor.
import CProcessor
import CVNNI

/// The precision of a frozen product's inputs. Everything else is float32: adapters, norms, softmax, losses, sums of
/// products of Floats.
package enum Precision: String, Sendable, CaseIterable, Codable {
  /// 24 bits of mantissa.
  case float32
  /// 8 bits of mantissa: twice the speed on processors that support it.
  case bfloat16
  /// Integers from -127 to 127 with a scale for each row: four times the speed on processors that support it.
  case int8

  /// The size of a value.
  package var bytes: Int {
    switch self {
    case .float32: MemoryLayout<Float>.stride
    case .bfloat16: MemoryLayout<UInt16>.stride
    case .int8: MemoryLayout<Int8>.stride
    }
  }

  /// The precision of the products by the output layer, the vocabulary's. The gradient of its logits is a probability for
  /// each of many tokens, most of which would be rounded to zero beside the greatest.
  package var ofOutputLayer: Precision { self == .int8 ? .float32 : self }
}

/// What decides on a processor which precision is the fastest.
package struct ProductInstructions: Sendable {
  /// Whether it has an instruction for sums of products of 8-bit integers.
  package var multipliesInt8: Bool
  /// Whether it multiplies bfloat16 in two-dimensional tiles, at eight times the rate of float32.
  package var hasBfloat16Tiles: Bool
  /// Whether it multiplies bfloat16 in vectors, at twice the rate of float32.
  package var hasFastBfloat16Vectors: Bool

  package init(multipliesInt8: Bool, hasBfloat16Tiles: Bool, hasFastBfloat16Vectors: Bool) {
    self.multipliesInt8 = multipliesInt8
    (self.hasBfloat16Tiles, self.hasFastBfloat16Vectors) = (hasBfloat16Tiles, hasFastBfloat16Vectors)
  }

  /// Those of this processor. bfloat16 also needs oneDNN.
  package static let here: ProductInstructions = {
    let hasBfloat16 = PackedMatrix.isAvailable(.bfloat16)
    return ProductInstructions(
      multipliesInt8: vnni_has_avx512() || vnni_has_avx(),
      hasBfloat16Tiles: hasBfloat16 && processor_has_bfloat16_tiles(),
      hasFastBfloat16Vectors: hasBfloat16 && processor_has_fast_bfloat16_vectors())
  }()

  /// The fastest precision. It may be any, since each keeps the scores (results/agreement.md, results/int8.md).
  package var fastest: Precision {
    if hasBfloat16Tiles { return .bfloat16 }
    if multipliesInt8 { return .int8 }
    return hasFastBfloat16Vectors ? .bfloat16 : .float32
  }

  /// Why products in that precision are slower than in float32; nil if they are not.
  package func whySlow(_ precision: Precision) -> String? {
    switch precision {
    case .float32: nil
    case .bfloat16: hasBfloat16Tiles || hasFastBfloat16Vectors ? nil : "it has no fast instruction for bfloat16"
    case .int8: multipliesInt8 ? nil : "it has no instruction for products of 8-bit integers (VNNI)"
    }
  }
}
