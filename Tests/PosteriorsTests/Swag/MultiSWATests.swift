// MultiSWA: each member is the mean of its own snapshots.
import Artifacts
import Faults
import Posteriors
import Testing

private func request(_ seeds: Int...) throws -> PosteriorRequest {
  try request(seeds.map { sampleMoments(seed: $0) }, samples: 7)
}

@Suite struct MultiSWATests {
  @Test func theMembersAreTheSWAsOfTheirFiles() throws {
    let multi = try FixedMembers.multiSWA(request(0, 5))
    #expect(multi.groups == 2 && multi.samples == 1 && multi.warnings.isEmpty)
    #expect(multi.storedParameters == 2 * sampleMoments(seed: 0).mean.count)
    for (group, seed) in [0, 5].enumerated() {
      let swa = try FixedMembers.swa(request(seed))
      #expect(multi.draw(group: group, sample: 0).values == swa.draw(group: 0, sample: 0).values)
    }
    #expect(multi.draw(group: 0, sample: 0).values != multi.draw(group: 1, sample: 0).values)
  }

  @Test func oneMemberIsSWAAndSaysThatItMeasuresNoSpread() throws {
    let one = try FixedMembers.multiSWA(request(3))
    #expect(one.groups == 1 && one.warnings == ["one member: no spread measured"])
    #expect(one.draw(group: 0, sample: 0).values == (try FixedMembers.swa(request(3))).draw(group: 0, sample: 0).values)
  }

  @Test func membersOfEqualSeedAndMissingFilesAreRefused() throws {
    let fault = #expect(throws: Fault.self) { try FixedMembers.multiSWA(request(1, 1)) }
    #expect(fault?.code == .configuration && fault?.subject == "file-1.h5")
    #expect(#expect(throws: Fault.self) { try FixedMembers.multiSWA(request()) }?.code == .usage)
  }
}
