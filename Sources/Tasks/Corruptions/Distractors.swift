// Sentences that answer no question, take no side and name nobody.
import Arrays

private let sentences = [
  "The library closes at six on weekdays.",
  "A grey bicycle was leaning against the fence.",
  "The next bus was expected in a quarter of an hour.",
  "Someone had left an umbrella in the hall.",
  "The kitchen window looks onto a small yard.",
  "There were two chairs and a table in the room.",
  "The ferry timetable hangs beside the door.",
  "The parcel had been delivered the day before.",
  "A radio was playing softly next door.",
  "The curtains were drawn in the afternoon.",
  "The shop on the corner sells stationery.",
  "It was the third Tuesday of the month.",
  "The lift stopped briefly on the second floor.",
  "A new carpet had been laid in the corridor.",
  "The meeting was moved to another room.",
  "Several envelopes lay on the desk.",
  "The road to the station was being repaved.",
  "The clock in the hall was a minute slow.",
  "A list of names was pinned to the board.",
  "The car park was half full that morning.",
]

/// The first `count` sentences in a random order. A higher severity starts with the sentences of the lower ones.
func distractingSentences(count: Int, _ stream: RandomStream) -> String {
  stream.permutation(sentences.count).prefix(count).map { sentences[$0] }.joined(separator: " ")
}
