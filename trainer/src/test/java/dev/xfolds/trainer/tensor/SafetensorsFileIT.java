package dev.xfolds.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsFileIT {

  @TempDir Path folder;

  private Path file(long length, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(json);
    return Files.write(folder.resolve("model.safetensors"), bytes.array());
  }

  private Path file(String header, int dataBytes) throws IOException {
    return file(header.getBytes(StandardCharsets.UTF_8).length, header, dataBytes);
  }

  private void assertRefused(Path path, String... parts) {
    assertThatThrownBy(() -> SafetensorsFile.open(path).close())
        .isInstanceOf(TensorException.class)
        .hasMessageContaining(path.toString())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void writtenTensorsAreReadBack() throws IOException {
    Path path = folder.resolve("out.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      tensors.put("matrix", manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)));
      tensors.put("transposed", tensors.get("matrix").transpose());
      tensors.put("scalar", manager.create(0.5f));
      tensors.put("steps", manager.create(7L));
      tensors.put("ints", manager.create(new int[] {-1, 2}));
      tensors.put("bytes", manager.create(new byte[] {1, 2, 3}).toType(DataType.UINT8, false));
      SafetensorsWriter.write(path, tensors, Map.of("format", "pt"));

      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        assertThat(file.names()).containsExactlyElementsOf(tensors.keySet());
        assertThat(file.metadata()).containsEntry("format", "pt");
        tensors.forEach(
            (name, array) -> {
              NDArray read = file.read(name, manager);
              assertThat(read.getShape()).as(name).isEqualTo(array.getShape());
              assertThat(read.toByteArray()).as(name).isEqualTo(array.toByteArray());
            });
      }
    }
  }

  @Test
  void halfTypesAreWidened() throws IOException {
    String header =
        "{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[4,8]}}";
    Path path = file(header, 8);
    byte[] bytes = Files.readAllBytes(path);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    data.position(bytes.length - 8);
    data.putShort(Float.floatToFloat16(1.5f)).putShort(Float.floatToFloat16(-65504f));
    data.putShort((short) 0x3f80).putShort((short) 0xc000);
    Files.write(path, bytes);
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.read("h", manager).toFloatArray()).containsExactly(1.5f, -65504f);
      assertThat(file.read("b", manager).toFloatArray()).containsExactly(1f, -2f);
    }
  }

  @Test
  void headerOfFourGigabytesIsRefusedUnread() throws IOException {
    assertRefused(file(4L << 30, "{}", 0), "header length is 4294967296", "at most 100000000");
    assertRefused(file(-1, "{}", 0), "header length is 18446744073709551615");
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    assertRefused(
        Files.write(folder.resolve("short"), new byte[3]), "3 bytes, expected at least 8");
    assertRefused(file(1000, "{}", 0), "header length is 1000", "truncated");
    String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}";
    assertRefused(file(header, 12), "tensor w", "end at 16", "12 bytes", "truncated");
    assertRefused(file(header, 20), "20 bytes of data, expected 16");
  }

  @Test
  void contradictionsAreRefused() throws IOException {
    String half = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,16]}}";
    assertRefused(file(half, 16), "tensor w", "hold 16 bytes, expected 8");
    String type = "{\"w\":{\"dtype\":\"F8\",\"shape\":[2],\"data_offsets\":[0,2]}}";
    assertRefused(file(type, 2), "tensor w", "dtype is 'F8'", "F32, F16, BF16, I64, I32, U8");
    String negative = "{\"w\":{\"dtype\":\"U8\",\"shape\":[-2],\"data_offsets\":[0,2]}}";
    assertRefused(file(negative, 2), "tensor w", "shape is [-2]");
    String backwards = "{\"w\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,0]}}";
    assertRefused(file(backwards, 2), "tensor w", "data_offsets is [2,0]");
    String huge =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}";
    assertRefused(file(huge, 0), "tensor w", "too large");
  }

  @Test
  void overlapsAndHolesAreRefused() throws IOException {
    String first = "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},";
    String overlap = first + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}";
    assertRefused(file(overlap, 6), "tensor b begins at 2, inside of a");
    String hole = first + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[6,10]}}";
    assertRefused(file(hole, 10), "tensor b begins at 6, not right behind a");
  }

  @Test
  void duplicateNamesAndBrokenJsonAreRefused() throws IOException {
    String entry = "\"w\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
    assertRefused(
        file("{" + entry + "," + entry + "}", 0), "not valid JSON", "Duplicate field 'w'");
    assertRefused(file("{\"w\":", 0), "not valid JSON");
    assertRefused(file("[]", 0), "expected an object");
  }
}
