/** Root of the operator module; see docs/processes.md for how its process is started. */
package dev.xfolds.operator;
