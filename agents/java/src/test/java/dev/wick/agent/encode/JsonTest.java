package dev.wick.agent.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void whatIsWrittenIsRead() throws Exception {
    String hostile = "\"\\\u0000\n\ud800 ä <b>__proto__";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonWriter json = new JsonWriter(out);
    json.beginObject().key(hostile).value(hostile).key("n").value(-5).key("d").value(1.25e-3).key("b").value(true);
    json.key("a").beginArray().value(1).value(2).endArray().key("o").beginObject().endObject().endObject().flush();
    assertEquals(
        Map.of(hostile, hostile, "n", -5.0, "d", 0.00125, "b", true, "a", List.of(1.0, 2.0), "o", Map.of()),
        JsonReader.object(out.toString("US-ASCII")));
  }

  @Test
  void nonsenseSaysNothing() {
    for (String text : new String[] {"", "<html>", "[1]", "{\"a\":", "{\"a\" 1}", "[".repeat(9999), "{\"a\":\"\\u12", "nul"}) {
      assertEquals(Map.of(), JsonReader.object(text), text);
    }
  }
}
