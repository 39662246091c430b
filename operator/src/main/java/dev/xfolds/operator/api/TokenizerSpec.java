package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** Tokens of a text. */
@ValidationRule(
    value = "has(self.bytePair) != has(self.wordPiece)",
    message = "name exactly one of bytePair and wordPiece")
public record TokenizerSpec(
    @JsonPropertyDescription(
            "Byte-pair encoding of CLIP: a tokenizer.json, or bpe_simple_vocab_16e6.txt.gz.")
        VolumeFileSpec bytePair,
    @JsonPropertyDescription("WordPiece vocabulary that is learned from the training texts.")
        WordPieceSpec wordPiece) {}
