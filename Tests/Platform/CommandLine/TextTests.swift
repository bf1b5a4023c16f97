import CommandLine
import Testing

@Suite struct TextTests {
    @Test func numbersAreWrittenForPeople() {
        #expect(Format.grouped(0) == "0")
        #expect(Format.grouped(999) == "999")
        #expect(Format.grouped(-1_234_567) == "-1,234,567")
        #expect(Format.fixed(3.14159, 2) == "3.14")
        #expect(Format.fixed(-0.05, 1) == "-0.1")
        #expect(Format.fixed(2.996, 2) == "3.00")
        #expect(Format.fixed(0.07, 3) == "0.070")
        #expect(Format.fixed(12.5, 0) == "13")
        #expect(Format.fixed(.nan, 2) == "nan")
        #expect(Format.fixed(1e300, 2) == "1e+300")
    }

    @Test func columnsAreAligned() {
        var table = Table([("model", .left), ("recall", .right)])
        table.add(["two-tower", "0.2"])
        table.add(["knn", "0.1875"])
        #expect(
            table.render() == """
                model      recall
                ---------  ------
                two-tower     0.2
                knn        0.1875

                """)
    }

    @Test func theMachineIsDescribed() {
        let machine = MachineDescription.current()
        #expect(machine.cores >= 1)
        #expect(machine.memoryBytes > 100_000_000)
        #expect(machine.kernel.hasPrefix("Linux "))
        #expect(
            MachineDescription(processor: "AMD EPYC", cores: 2, memoryBytes: 25 << 30, kernel: "Linux 6.1").text
                == "AMD EPYC, 2 cores, 25 GiB, Linux 6.1")
    }

    @Test func theNearestNameIsSuggested() {
        #expect(Suggestion.nearest(to: "divrsity", among: ["diversity", "density"]) == "diversity")
        #expect(Suggestion.nearest(to: "prot", among: ["port", "host"]) == "port")
        #expect(Suggestion.nearest(to: "colour", among: ["port", "host"]) == nil)
        #expect(Suggestion.nearest(to: "x", among: []) == nil)
    }

    @Test func theEnvironmentIsRead() {
        #expect(ProcessEnvironment.current()["PATH"]?.isEmpty == false)
    }
}
