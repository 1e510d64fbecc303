package dev.wick.agent.encode;

import java.io.IOException;
import java.io.OutputStream;

/** Writes JSON in ASCII, value by value, into a stream; commas are its own business. */
public final class JsonWriter {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final OutputStream out;
  private final byte[] buffer = new byte[8192];
  private int length;
  private boolean comma;

  public JsonWriter(OutputStream out) {
    this.out = out;
  }

  public JsonWriter beginObject() throws IOException {
    separate();
    put('{');
    comma = false;
    return this;
  }

  public JsonWriter endObject() throws IOException {
    put('}');
    comma = true;
    return this;
  }

  public JsonWriter beginArray() throws IOException {
    separate();
    put('[');
    comma = false;
    return this;
  }

  public JsonWriter endArray() throws IOException {
    put(']');
    comma = true;
    return this;
  }

  public JsonWriter key(String name) throws IOException {
    separate();
    string(name);
    put(':');
    comma = false;
    return this;
  }

  public JsonWriter value(String text) throws IOException {
    separate();
    string(text);
    return this;
  }

  public JsonWriter value(long number) throws IOException {
    separate();
    String digits = Long.toString(number);
    for (int i = 0; i < digits.length(); i++) put(digits.charAt(i));
    return this;
  }

  /** A fraction, to six places. @param number finite */
  public JsonWriter value(double number) throws IOException {
    separate();
    String digits = java.math.BigDecimal.valueOf(Math.rint(number * 1e6) / 1e6).toPlainString();
    for (int i = 0; i < digits.length(); i++) put(digits.charAt(i));
    return this;
  }

  public JsonWriter value(boolean truth) throws IOException {
    separate();
    String word = Boolean.toString(truth);
    for (int i = 0; i < word.length(); i++) put(word.charAt(i));
    return this;
  }

  /** Everything that was written, on its way. */
  public void flush() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
    out.flush();
  }

  private void separate() throws IOException {
    if (comma) put(',');
    comma = true;
  }

  private void string(String text) throws IOException {
    put('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        put('\\');
        put(c);
      } else if (c >= ' ' && c < 0x7f) {
        put(c);
      } else {
        // Escapes hold lone surrogates too, which UTF-8 cannot.
        put('\\');
        put('u');
        for (int shift = 12; shift >= 0; shift -= 4) put(HEX[(c >> shift) & 15]);
      }
    }
    put('"');
  }

  private void put(char c) throws IOException {
    if (length == buffer.length) {
      out.write(buffer, 0, length);
      length = 0;
    }
    buffer[length++] = (byte) c;
  }
}
