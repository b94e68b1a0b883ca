"""What a post's spans alone tell of its intent and stance, beside the head that reads the post, and both together.

``python lab/experiments/labels_from_spans.py [MODEL.onnx]``. Needs scikit-learn. Gradient-boosted trees learn from the
written posts, with the spans that the model finds there as on any other post. "Both" is a logistic regression over the
head's scores and the trees', in ten folds of the gold validation posts, since the head has learned the written posts.
"""

import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np
from gaihe.data.files.markup import gold_posts, verdict_posts, written_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving import Entity, EntityType, Post, Recognizer
from gaihe.serving.model.post_labels import TASKS
from gaihe.serving.verdict.persons import persons
from gaihe.training.evaluate.post_labels import label_report
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

KINDS = [kind.value for kind in EntityType]
FOLDS = 10


def features(text: str, entities: Sequence[Entity]) -> list[float]:
    """Spans by type, their scores and disguises, persons, what the author owns, and the post's length."""
    counts = Counter(entity.type.value for entity in entities)
    best = {kind: max((e.score or 0.0 for e in entities if e.type.value == kind), default=0.0) for kind in KINDS}
    people = persons(text, entities)
    own = sum(len(person.spans) for person in people if person.is_author)
    most = max((len(person.spans) for person in people), default=0)
    first = min((entity.start for entity in entities), default=len(text)) / max(1, len(text))
    covered = sum(entity.end - entity.start for entity in entities) / max(1, len(text))
    disguised = sum(entity.value != entity.text for entity in entities)
    shape = [disguised, len(people), most, own, first, covered, len(text), text.count("\n")]
    return [*(float(counts[kind]) for kind in KINDS), *best.values(), *shape]


def table(recognizer: Recognizer, posts: Sequence[Post]) -> np.ndarray:
    """The features of posts, a row each."""
    texts = [post.text for post in posts]
    return np.array([features(text, found) for text, found in zip(texts, recognizer.detect_batch(texts), strict=True)])


def main() -> None:
    """Learn, measure, show."""
    recognizer = Recognizer.load(*sys.argv[1:2])
    learned = [post for post in written_posts() if post.intent and post.stance]
    split = Split.VALIDATION
    measured = [post for post in [*gold_posts(split), *verdict_posts(split)] if post.intent and post.stance]
    seen, asked = table(recognizer, learned), table(recognizer, measured)
    scores = recognizer.post_scores_batch([post.text for post in measured])
    systems: dict[str, list[dict[str, str]]] = {}
    for task in TASKS:
        gold = [getattr(post, task).value for post in measured]
        trees = HistGradientBoostingClassifier(random_state=0, class_weight="balanced")
        trees.fit(seen, [getattr(post, task).value for post in learned])
        alone = trees.predict_proba(asked)
        head = np.array([list(getattr(score, f"{task}s").values()) for score in scores])
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        of_head, of_both = np.log(np.clip(head, 1e-4, 1)), np.log(np.clip(np.hstack([head, alone]), 1e-4, 1))
        found = {
            "spans alone": trees.classes_[alone.argmax(axis=1)],
            "head": [getattr(score, task).value for score in scores],
        }
        for name, inputs in (("head, in folds", of_head), ("both, in folds", of_both)):
            regression = LogisticRegression(max_iter=1_000, class_weight="balanced")
            found[name] = cross_val_predict(regression, inputs, gold, cv=folds)
        for name, labels in found.items():
            rows = systems.setdefault(name, [{} for _ in measured])
            for row, label in zip(rows, labels, strict=True):
                row[task] = str(label)
    for name, rows in systems.items():
        report = label_report(measured, rows)
        sys.stdout.write(f"{name:16}" + "  ".join(f"{task} {report[task]['macro_f1']:.3f}" for task in TASKS) + "\n")


if __name__ == "__main__":
    main()
