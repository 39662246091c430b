/**
 * From a TrainingRun to its RunPlan, or to every problem by field path. Pure: uses {@code api}, the
 * contract, and the hardware profiles and tasks that lie beside it as data.
 */
package dev.xfolds.operator.plan;
