package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** What is trained: exactly one model. */
@ValidationRule(
    value = "has(self.clip) != has(self.vqaClassifier)",
    message = "name exactly one of clip and vqaClassifier")
public record ModelSpec(
    @JsonPropertyDescription("Contrastive image-text model.") ClipSpec clip,
    @JsonPropertyDescription("Classifier over training answers.")
        VqaClassifierSpec vqaClassifier) {}
