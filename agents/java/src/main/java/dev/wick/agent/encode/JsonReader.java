package dev.wick.agent.encode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the small answers of servers: objects become maps, arrays lists, numbers doubles. */
public final class JsonReader {
  private static final int MAX_DEPTH = 32;

  private final String text;
  private final int maxDepth;
  private int at;

  private JsonReader(String text, int maxDepth) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  /** The object in a text; an empty map where there is none, whatever the text is. */
  public static Map<String, Object> object(String text) {
    return object(text, MAX_DEPTH);
  }

  /** The same, of a text that is nested as deep as a call tree. */
  public static Map<String, Object> object(String text, int maxDepth) {
    try {
      Object value = new JsonReader(text, maxDepth).value(0);
      if (value instanceof Map) {
        @SuppressWarnings("unchecked")
        Map<String, Object> object = (Map<String, Object>) value;
        return object;
      }
    } catch (RuntimeException notJson) {
      // Nonsense says nothing.
    }
    return Map.of();
  }

  /** Whether a text is an object, and nothing else. */
  public static boolean isObject(String text) {
    try {
      JsonReader reader = new JsonReader(text, MAX_DEPTH);
      return reader.value(0) instanceof Map && text.substring(reader.at).isBlank();
    } catch (RuntimeException notJson) {
      return false;
    }
  }

  private Object value(int depth) {
    if (depth > maxDepth) throw new IllegalArgumentException("too deep");
    char c = next();
    if (c == '{') return members(depth);
    if (c == '[') return items(depth);
    if (c == '"') return string();
    at--;
    int start = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
    String word = text.substring(start, at);
    if (word.equals("null")) return null;
    if (word.equals("true")) return Boolean.TRUE;
    if (word.equals("false")) return Boolean.FALSE;
    return Double.valueOf(word);
  }

  private Map<String, Object> members(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    char c = next();
    while (c != '}') {
      if (c != '"') throw new IllegalArgumentException("no name");
      String name = string();
      if (next() != ':') throw new IllegalArgumentException("no colon");
      members.put(name, value(depth + 1));
      c = next();
      if (c == ',') c = next();
      else if (c != '}') throw new IllegalArgumentException("no end");
    }
    return members;
  }

  private List<Object> items(int depth) {
    List<Object> items = new ArrayList<>();
    char c = next();
    while (c != ']') {
      at--;
      items.add(value(depth + 1));
      c = next();
      if (c == ',') c = next();
      else if (c != ']') throw new IllegalArgumentException("no end");
    }
    return items;
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
      if (c != '\\') {
        string.append(c);
        continue;
      }
      char escaped = text.charAt(at++);
      int known = "nrtbf".indexOf(escaped);
      if (escaped == 'u') {
        string.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
        at += 4;
      } else {
        string.append(known < 0 ? escaped : "\n\r\t\b\f".charAt(known));
      }
    }
    return string.toString();
  }

  private char next() {
    while (at < text.length() && text.charAt(at) <= ' ') at++;
    return text.charAt(at++);
  }
}
