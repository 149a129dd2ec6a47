/// Adds up the scores of samples as they come.
struct ScoreTally: Sendable {
    private let head: Head
    private let isTwoClass: Bool
    private(set) var loss: UInt64 = 0
    private(set) var correct: UInt32 = 0
    private var samples: UInt32 = 0
    private var labelled: [UInt32]
    private var predicted: [UInt32]
    private var hits: [UInt32]
    private var ranks: RankStatistic
    private var auc: (numerator: UInt64, denominator: UInt64) = (0, 0)

    /// Room for the scores of `samples` samples.
    init(architecture: Architecture, samples: Int) {
        head = architecture.head
        let classes = architecture.classCount
        isTwoClass = classes == 2
        ranks = RankStatistic(capacity: isTwoClass ? samples : 0)
        labelled = [UInt32](repeating: 0, count: classes)
        predicted = labelled
        hits = labelled
    }

    /// Takes the logits of one sample of `data`.
    ///
    /// At most 2^20 samples of at most 2^34 each: no count and no sum overflows.
    mutating func add(_ logits: UnsafeBufferPointer<Int32>, sample: Int, of data: Dataset) {
        let score = SampleScore(logits, head: head, sample: sample, of: data)
        loss &+= score.loss
        samples &+= 1
        guard let predicted = score.predicted else { return }
        let label = data.label(of: sample)
        labelled[label] &+= 1
        self.predicted[predicted] &+= 1
        if predicted == label {
            correct &+= 1
            hits[label] &+= 1
        }
        if isTwoClass {
            let last = Int64(logits[logits.count &- 1])
            let first = logits.count == 2 ? Int64(logits[0]) : 0
            ranks.add(score: last &- first, isPositive: label == 1)
        }
    }

    /// Counts the pairs of the AUC and gives the scores' memory back.
    mutating func finish() {
        auc = ranks.finish()
    }

    var metrics: Metrics {
        var perClass: [ClassCounts] = []
        perClass.reserveCapacity(hits.count)
        for index in hits.indices {
            perClass.append(
                ClassCounts(
                    truePositives: hits[index],
                    falsePositives: predicted[index] &- hits[index],
                    falseNegatives: labelled[index] &- hits[index]))
        }
        return Metrics(
            loss: loss, correct: correct, samples: samples, perClass: perClass,
            aucNumerator: auc.numerator, aucDenominator: auc.denominator)
    }
}

/// Loss and predicted class of one sample.
struct SampleScore {
    /// Q30, cut off at `DML1.lossLimit`.
    let loss: UInt64
    /// Nil for regression.
    let predicted: Int?

    /// `logits` are the outputs of an architecture with this head, for which `data` was validated.
    init(_ logits: UnsafeBufferPointer<Int32>, head: Head, sample: Int, of data: Dataset) {
        var sum: UInt64 = 0
        switch head {
        case .softmax:
            sum = Loss.softmax(logits, label: data.label(of: sample))
            predicted = head.prediction(of: logits)
        case .sigmoid:
            sum = Loss.sigmoid(logits[0], label: data.label(of: sample))
            predicted = head.prediction(of: logits)
        case .identity:
            sum = data.squaredErrors(logits, of: sample)
            predicted = nil
        }
        loss = min(sum, DML1.lossLimit)
    }
}
