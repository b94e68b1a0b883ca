"""What a configuration holds, key by key."""

from __future__ import annotations

from dataclasses import dataclass

from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType
from omegaconf import OmegaConf


class ConfigError(ValueError):
    """A configuration that cannot be carried out.

    It has an unknown key or a value beyond its range, or names a folder or files of another run.
    """


@dataclass
class DataConfig:
    """Synthetic posts, written posts, and further annotated posts to train on.

    Attributes:
        folder: where synthetic posts are kept, in a folder for each configuration.
        train: how many synthetic posts are trained on.
        validation: how many give the figures while training, ranges of int8 and operating points.
        test: how many measure.
        seed: of the synthetic posts.
        workers: processes that generate; 0 means one a core.
        noise: share of posts in disguise, 0 to 1.
        clean: share of posts without any entity, 0 to 1.
        written: how many times the written posts are trained on; 0 leaves them out, and is what stands here where
            neither ``trainer.epochs`` nor ``post_labels.ngrams`` learns from them.
        sources: JSON-lines or Parquet files, or folders of Parquet shards.
    """

    folder: str
    train: int
    validation: int
    test: int
    seed: int
    workers: int
    noise: float
    clean: float
    written: int
    sources: list[str]


@dataclass
class ModelConfig:
    """The encoder to begin from, and what is made of it before training.

    Attributes:
        base: a folder in the Hugging Face layout, or a name on the hub.
        average: weights folders of taggers whose parameters are averaged with those of the base.
        adapted: none, or two folders: the encoder before and after it was adapted.
        adapted_weight: how much of what it gained is added to the tagger; 1 adds all.
        head_from_tags: whether the label layer begins from the base's word-tagging head, where it has one.
        dropout: share of values dropped in training, from 0 to below 1.
        layers: encoder layers that stay, counted from 0; empty keeps all.
        intermediate: neurons of a feed-forward layer that stay; 0 keeps all.
        heads: attention heads that stay, over all layers; 0 keeps all.
    """

    base: str
    average: list[str]
    adapted: list[str]
    adapted_weight: float
    head_from_tags: bool
    dropout: float
    layers: list[int]
    intermediate: int
    heads: int


@dataclass
class TrainerConfig:
    """Fine-tuning.

    Attributes:
        epochs: passes over the posts, whole or in part; 0 trains nothing but n-grams.
        batch_size: windows of text in a step.
        learning_rate: the highest one, of the encoder's last layer, for AdamW.
        head_factor: how many times faster the label layer learns.
        layer_decay: how many times as fast each encoder layer learns as the one above it.
        weight_decay: of AdamW.
        warmup: share of the steps in which the learning rate rises, from 0 to below 1.
        bf16: bfloat16 arithmetic: ``auto``, ``true`` or ``false``.
        quantization_aware: whether weights and activations are rounded as int8 will round them.
        log_steps: steps between figures in the log.
        eval_steps: steps between validations.
        save_steps: steps between checkpoints.
        checkpoints: how many are kept, two at least.
        compile: whether the model is compiled (torch.compile).
    """

    epochs: float
    batch_size: int
    learning_rate: float
    head_factor: float
    layer_decay: float
    weight_decay: float
    warmup: float
    bf16: str
    quantization_aware: bool
    log_steps: int
    eval_steps: int
    save_steps: int
    checkpoints: int
    compile: bool


@dataclass
class PostLabelsConfig:
    """Labels of whole posts, learned together with the spans.

    Attributes:
        weight: share of the loss that they have, from 0, which leaves them out, to below 1.
        layers: layers whose output the head reads: 0 is the embeddings, -1 the last layer.
        width: values between a character's states and its attention and label values.
        dropout: share of them dropped in training, from 0 to below 1.
        ngrams: weight of what single characters and pairs say beside the head; 0 leaves them out.
    """

    weight: float
    layers: list[int]
    width: int
    dropout: float
    ngrams: float


@dataclass
class DistillConfig:
    """A teacher's label probabilities to learn from.

    Attributes:
        teacher: weights folder of a fine-tuned tagger of the same characters, and of some of the same types, or none.
        weight: its share of the loss, 0 to 1; 0 stands here where there is no teacher.
        temperature: by which label log-odds are divided, above 0.
        posts: JSON-lines or Parquet files of posts that only the teacher annotates.
    """

    teacher: str | None
    weight: float
    temperature: float
    posts: list[str]


@dataclass
class ExportConfig:
    """The ONNX file and the gates that it passes.

    Attributes:
        quantize: whether it is int8.
        tolerance: most that span F1 (0 to 1) may fall from fp32 to int8; on the few gold posts a standard error more.
        logit_tolerance: largest difference of log-probabilities (natural logarithm) between PyTorch and ONNX fp32.
        calibrate: whether operating points and the scale of scores are found on the validation posts.
        posts: further files of validation posts.
    """

    quantize: bool
    tolerance: float
    logit_tolerance: float
    calibrate: bool
    posts: list[str]


@dataclass
class Config:
    """One run of the pipeline.

    Attributes:
        data: the posts.
        model: what it begins from.
        trainer: how it learns.
        post_labels: the labels of whole posts.
        distill: the teacher.
        export: the file that is made.
        types: names of the entity types that are found.
        extra_types: names of further ones, of installed packages.
        output: folder of the run.
        seed: of training.
    """

    data: DataConfig
    model: ModelConfig
    trainer: TrainerConfig
    post_labels: PostLabelsConfig
    distill: DistillConfig
    export: ExportConfig
    types: list[str]
    extra_types: list[str]
    output: str
    seed: int

    @property
    def labels(self) -> LabelSet:
        """The labels of the types, extra ones last."""
        return LabelSet(tuple(map(EntityType, (*self.types, *self.extra_types))))


@dataclass
class PretrainConfig:
    """Adapting the encoder on unlabelled posts.

    Attributes:
        corpus: JSON-lines files of posts.
        exclude: files of posts that measure; what shares a passage with them is left out.
        base: the checkpoint to go on from.
        output: folder of the run.
        seed: of masking and of the order of the blocks.
        workers: processes that tag words; 0 means one a core.
        held_out: posts kept aside for the figures.
        block: characters in a block of packed posts.
        batch_size: blocks in a step.
        epochs: passes over the blocks, whole or in part.
        learning_rate: the highest one, for AdamW.
        weight_decay: of AdamW.
        warmup: share of the steps in which the learning rate rises, from 0 to below 1.
        masked: share of the characters that are masked, between 0 and 1.
        masked_weight: weight of the masked-language loss beside the word-tagging loss, which has 1.
        dropout: share of values dropped, from 0 to below 1.
        bf16: bfloat16 arithmetic: ``auto``, ``true`` or ``false``.
        compile: whether the model is compiled (torch.compile).
        log_steps: steps between figures in the log.
        save_steps: steps between checkpoints.
        checkpoints: how many are kept, two at least.
    """

    corpus: list[str]
    exclude: list[str]
    base: str
    output: str
    seed: int
    workers: int
    held_out: int
    block: int
    batch_size: int
    epochs: float
    learning_rate: float
    weight_decay: float
    warmup: float
    masked: float
    masked_weight: float
    dropout: float
    bf16: str
    compile: bool
    log_steps: int
    save_steps: int
    checkpoints: int


@dataclass
class HeadConfig:
    """The labels of whole posts, learned on the frozen encoder of an exported model.

    Attributes:
        posts: JSON-lines or Parquet files to learn from.
        written: whether the written posts are learned from besides.
        validation: files that decide when to stop and what a probability means.
        test: files that measure; empty takes the validation posts.
        exported: the model file to put the head on; none is the released one.
        output: folder of the run.
        seed: of training.
        layers: layers whose output the head reads: 0 is the embeddings, -1 the last layer.
        width: values between a character's states and its attention and label values.
        dropout: share of them dropped in training, from 0 to below 1.
        epochs: passes over the posts at most.
        patience: epochs without a lower validation loss after which training stops.
        learning_rate: the highest one, for AdamW.
        weight_decay: of AdamW.
        ngrams: weight of what single characters and pairs say beside the head; 0 leaves them out.
    """

    posts: list[str]
    written: bool
    validation: list[str]
    test: list[str]
    exported: str | None
    output: str
    seed: int
    layers: list[int]
    width: int
    dropout: float
    epochs: int
    patience: int
    learning_rate: float
    weight_decay: float
    ngrams: float


def config_yaml(config: Config | HeadConfig | PretrainConfig) -> str:
    """The resolved configuration as YAML."""
    return OmegaConf.to_yaml(OmegaConf.structured(config))
