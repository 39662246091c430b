/** What tests of several packages share: valid plans, a certificate authority. */
package dev.xfolds.trainer.testing;
