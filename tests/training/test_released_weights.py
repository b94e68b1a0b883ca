"""The weights to go on from are those of the released model."""

import torch
from gaihe.data.files.markup import gold_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.model.model_file import INPUTS, OUTPUT, default_model, open_session
from gaihe.training.config import load_config
from gaihe.training.export.quantization import window_ids
from gaihe.training.model.tagger import build_tagger


def test_the_weights_label_as_the_released_model_does():
    config = load_config(["experiment=further"])
    model, vocabulary = build_tagger(config.model, LabelSet())
    model.float().eval()
    session, metadata = open_session(default_model())
    assert vocabulary.entries == metadata.vocabulary.entries
    same = characters = 0
    for post in gold_posts(Split.VALIDATION)[:60]:
        ids = window_ids(vocabulary, post.text)
        (released,) = session.run([OUTPUT], {INPUTS[0]: ids})
        with torch.no_grad():
            ours = model(input_ids=torch.from_numpy(ids).long()).logits.numpy()
        same += int((ours.argmax(-1) == released.argmax(-1)).sum())
        characters += ids.size
    assert same > 0.98 * characters
