/** Root of the trainer module; see docs/processes.md for how its process is started. */
package dev.xfolds.trainer;
