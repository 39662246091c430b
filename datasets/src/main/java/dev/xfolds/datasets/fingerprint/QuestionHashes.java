package dev.xfolds.datasets.fingerprint;

/**
 * Hashes of one question.
 *
 * @param exact sha-256 of its UTF-8 bytes, lower-case hex
 * @param normalized sha-256 of {@link Fingerprints#normalize}, lower-case hex
 */
public record QuestionHashes(String exact, String normalized) {}
