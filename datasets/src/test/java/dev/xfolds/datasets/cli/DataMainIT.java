package dev.xfolds.datasets.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.datasets.read.DataFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataMainIT {

  @TempDir Path temp;

  private record Result(int code, String out, String err) {}

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = DataMain.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Result(code, out.toString(), err.toString());
  }

  private Path captions() {
    DataFolder folder = new DataFolder(temp);
    folder.images("a.png");
    String longName = "x".repeat(150) + ".jpg";
    folder.file("images/" + longName, "no image");
    return folder.file("c.csv", "name,caption", "a,One", longName + ",Two");
  }

  @Test
  void tableStaysWithinEightyColumnsAndNamesWhatCannotBeRead() {
    Result result = run("inspect", captions().toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(result.out()).containsPattern("captions +2").containsPattern("unreadable images +1");
    assertThat(result.out().replaceAll("\\s+", "")).contains("atextfilethatbeginswith\"noimage\"");
  }

  @Test
  void jsonHoldsTheSameFacts() throws IOException {
    Result result = run("inspect", "--json", captions().toString());
    assertThat(result.code()).isZero();
    JsonNode facts = new ObjectMapper().readTree(result.out());
    assertThat(facts.at("/format").asText()).isEqualTo("captions-csv");
    assertThat(facts.at("/splits/0/items").asInt()).isEqualTo(2);
    assertThat(facts.at("/splits/0/images").asInt()).isEqualTo(2);
    assertThat(facts.at("/unreadable/0/reason").asText()).contains("is a text file");
  }

  @Test
  void helpFitsAScreenAndShowsAnExample() {
    for (Result result : new Result[] {run("--help"), run("inspect", "--help")}) {
      assertThat(result.code()).isZero();
      assertThat(result.out().lines().count()).isLessThanOrEqualTo(24);
      assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
      assertThat(result.out()).contains("Example").contains("./xfolds data inspect");
      assertThat(result.out().lines().dropWhile(line -> !line.startsWith("Example")).skip(1))
          .isNotEmpty()
          .allMatch(
              line -> line.matches("  \\./xfolds data inspect (--json )?(FOLDER|FILE\\.csv)"));
    }
  }

  @Test
  void mistakesOfTheUserEndWithTwoAndOneLine() {
    DataFolder folder = new DataFolder(temp);
    Path bad = folder.file("bad.csv", "name,caption", "a", "b", "c,x");
    Result[] results = {
      run(),
      run("inspect"),
      run("inspect", temp.resolve("none").toString()),
      run("inspect", "--format", "vqarad", temp.toString()),
      run("inspect", "--what"),
      run("inspect", bad.toString())
    };
    for (Result result : results) {
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).startsWith("xfolds: ");
      assertThat(result.err().lines()).hasSize(1);
    }
    assertThat(results[5].err())
        .contains("2 wrong rows: ")
        .contains("bad.csv, line 2: has 1 fields, expected 2");
  }
}
