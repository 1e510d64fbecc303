import java.net.InetAddress;

/** The name of the host looked up for each line of a log. */
final class DnsLookup {
  public static void main(String[] arguments) throws Exception {
    java.security.Security.setProperty("networkaddress.cache.ttl", "0");
    String kept = InetAddress.getByName("localhost").getHostAddress();
    Program.run(arguments, () -> line(InetAddress.getByName("localhost").getHostAddress()), () -> line(kept));
  }

  private static String line(String host) {
    StringBuilder line = new StringBuilder(4096);
    for (int i = 0; i < 200; i++) line.append(host).append(' ').append(i);
    return line.toString();
  }
}
