/**
 * Container images of the built modules: what lies where in them, and their archives. Uses jib, the
 * JDK's own tools and the build machine's shared libraries; nothing of the other modules but files.
 */
package dev.xfolds.images;
