package dev.wick.agent.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** What programs under test compute: functions of a tenth of a millisecond to a few, by the names of their methods. */
public final class Functions {
  /** Returns something, so that no compiler leaves it out. */
  public interface Function {
    long call();
  }

  private static final String TEXT = "item 7 costs 12.50, item 9 costs 3.75; ".repeat(40);
  private static final Pattern PRICE = Pattern.compile("(\\d+)\\.(\\d+)");
  private static final int[] NUMBERS = new Random(1).ints(3000).toArray();
  private static final byte[] BYTES = TEXT.repeat(40).getBytes();
  private static final byte[] RANDOM_BYTES = new byte[1 << 20];

  static {
    new Random(1).nextBytes(RANDOM_BYTES);
  }

  /** Of all kinds: arithmetic, text, collections, recursion, machine code of the JVM's own, much garbage. */
  public static final Map<String, Function> MIX = sorted(Map.of(
      "sumRoots", Functions::sumRoots, "sortNumbers", Functions::sortNumbers, "findPrices", Functions::findPrices,
      "buildMap", Functions::buildMap, "joinText", Functions::joinText, "checksum", Functions::checksum,
      "multiply", Functions::multiply, "allocate", Functions::allocate, "recurse", Functions::recurse));

  /** With little room for safepoints. */
  public static final Map<String, Function> LOOPS = sorted(Map.of(
      "counted", Functions::counted, "uncounted", Functions::uncounted, "longChecksum", Functions::longChecksum,
      "compress", Functions::compress));

  private Functions() {}

  private static Map<String, Function> sorted(Map<String, Function> functions) {
    return new TreeMap<>(functions);
  }

  private static long sumRoots() {
    double sum = 0;
    for (int i = 1; i < 15_000; i++) sum += Math.sqrt(sum + i);
    return (long) sum;
  }

  private static long sortNumbers() {
    int[] copy = NUMBERS.clone();
    Arrays.sort(copy);
    return copy[0];
  }

  private static long findPrices() {
    Matcher matcher = PRICE.matcher(TEXT);
    long sum = 0;
    while (matcher.find()) sum += matcher.group(1).length();
    return sum;
  }

  private static long buildMap() {
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < 2000; i++) map.merge("key " + i % 500, i, Integer::sum);
    return map.size();
  }

  private static long joinText() {
    StringBuilder text = new StringBuilder();
    for (int number : NUMBERS) text.append(number).append(';');
    return text.length();
  }

  private static long checksum() {
    CRC32 crc = new CRC32();
    for (int i = 0; i < 20; i++) crc.update(BYTES);
    return crc.getValue();
  }

  private static long multiply() {
    long product = 1;
    for (int a : NUMBERS) for (int i = 0; i < 20; i++) product = product * 31 + (a ^ i);
    return product;
  }

  private static long allocate() {
    List<byte[]> list = new ArrayList<>();
    for (int i = 0; i < 400; i++) list.add(new byte[256]);
    return list.size();
  }

  private static long recurse() {
    return fibonacci(19);
  }

  private static long fibonacci(int n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
  }

  /** With collectors other than G1 the compiler leaves no safepoint in these two. */
  private static long counted() {
    int sum = NUMBERS[0];
    for (int i = 0; i < 3_000_000; i++) sum = sum * 31 + (sum ^ i);
    return sum;
  }

  private static long uncounted() {
    long sum = NUMBERS[0];
    for (long i = 0; i < 3_000_000L; i++) sum = sum * 31 + (sum ^ i);
    return sum;
  }

  /** Machine code of the JVM's own, of which Flight Recorder knows nothing before Java 25. */
  private static long longChecksum() {
    CRC32 crc = new CRC32();
    for (int i = 0; i < 10; i++) crc.update(RANDOM_BYTES);
    return crc.getValue();
  }

  /** Native code. */
  private static long compress() {
    Deflater deflater = new Deflater(1);
    byte[] out = new byte[1 << 16];
    deflater.setInput(RANDOM_BYTES, 0, 1 << 17);
    deflater.finish();
    long size = 0;
    while (!deflater.finished()) size += deflater.deflate(out);
    deflater.end();
    return size;
  }
}
