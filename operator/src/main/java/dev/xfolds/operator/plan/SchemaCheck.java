package dev.xfolds.operator.plan;

import dev.xfolds.operator.api.WindowSpec;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The same ranges that the CRD's schema has, read from the same annotations: what a cluster refuses
 * is refused on one machine too.
 */
final class SchemaCheck {
  /** The JDK reads a class's components and their annotations anew each time it is asked. */
  private static final ClassValue<List<RecordComponent>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
          return List.of(type.getRecordComponents());
        }
      };

  private static final Map<String, Predicate<String>> PATTERNS = new ConcurrentHashMap<>();

  private final Problems problems;

  SchemaCheck(Problems problems) {
    this.problems = problems;
  }

  void check(Record value, String path) {
    for (RecordComponent component : COMPONENTS.get(value.getClass())) {
      String child = path + "." + component.getName();
      Object field = field(component, value);
      if (field == null) {
        if (component.getAccessor().isAnnotationPresent(Required.class)) {
          problems.add(child, "must be given, was absent");
        }
        continue;
      }
      ranges(component.getAccessor(), field, child);
      switch (field) {
        case Record nested -> check(nested, child);
        case List<?> list -> {
          AnnotatedElement element = element(component.getAccessor().getAnnotatedReturnType());
          for (int i = 0; i < list.size(); i++) {
            check(list.get(i), child + "[" + i + "]", element);
          }
        }
        case Map<?, ?> map -> {
          AnnotatedElement element = element(component.getAccessor().getAnnotatedReturnType());
          map.forEach((key, item) -> check(item, child + "." + key, element));
        }
        default -> {}
      }
    }
  }

  private void check(Object item, String path, AnnotatedElement element) {
    if (item == null) {
      return;
    }
    if (item instanceof Record nested) {
      check(nested, path);
    } else {
      ranges(element, item, path);
    }
  }

  private void ranges(AnnotatedElement element, Object value, String path) {
    if (value instanceof Number number) {
      Min min = element.getAnnotation(Min.class);
      Max max = element.getAnnotation(Max.class);
      if (min != null && number.longValue() < min.value()) {
        problems.add(path, "must be at least %d, was %d", (long) min.value(), number.longValue());
      } else if (max != null && number.longValue() > max.value()) {
        problems.add(path, "must be at most %d, was %d", (long) max.value(), number.longValue());
      }
      return;
    }
    Size size = element.getAnnotation(Size.class);
    if (size != null) {
      size(size, value, path);
    }
    Pattern pattern = element.getAnnotation(Pattern.class);
    if (pattern != null && value instanceof String text && !matches(pattern, text)) {
      if (path.endsWith(".preset")) {
        problems.add(path, "%s", Presets.unknown(text));
        return;
      }
      problems.add(path, "must be %s, was \"%s\"", expected(pattern.value()), shortened(text));
    }
  }

  private void size(Size size, Object value, String path) {
    String unit = value instanceof String ? "characters" : "entries";
    int length =
        switch (value) {
          case String text -> text.length();
          case List<?> list -> list.size();
          case Map<?, ?> map -> map.size();
          default -> 0;
        };
    boolean absent = length == 0 && !(value instanceof String);
    if (length > size.max()) {
      problems.add(path, "must have at most %d %s, had %d", size.max(), unit, length);
    } else if (length < size.min() && !absent) {
      problems.add(path, "must have at least %d %s, had %d", size.min(), unit, length);
    }
  }

  private static boolean matches(Pattern pattern, String text) {
    return PATTERNS
        .computeIfAbsent(
            pattern.value(), value -> java.util.regex.Pattern.compile(value).asMatchPredicate())
        .test(text);
  }

  private static String expected(String pattern) {
    return switch (pattern) {
      case "^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$" -> "lower-case letters, digits and inner hyphens";
      case "^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$" ->
          "a decimal number that is not negative, as \"0.001\"";
      case "^([a-z0-9][-a-z0-9]*@[0-9]{1,6})$" -> "name@version";
      case WindowSpec.INSTANT -> "a time of RFC 3339, as 2026-05-04T18:00:00Z";
      default -> "of the form " + pattern;
    };
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  private static AnnotatedElement element(AnnotatedType type) {
    AnnotatedType[] arguments =
        ((AnnotatedParameterizedType) type).getAnnotatedActualTypeArguments();
    return arguments[arguments.length - 1];
  }

  private static Object field(RecordComponent component, Record value) {
    try {
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }
}
