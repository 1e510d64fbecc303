package dev.wick.agent.report;

/** What went wrong with the server, and what to do: one line for whoever reads the log. */
final class Advice {
  /** A name for the trouble, without details that change, so that the same is said once. */
  final String state;
  final String text;

  private Advice(String state, String text) {
    this.state = state;
    this.text = text;
  }

  /** @param reply that is not good */
  static Advice on(Service.Reply reply, String group, String region, String endpoint) {
    if (reply.code.equals(Service.NO_CREDENTIALS)) {
      return new Advice("no credentials", reply.message + ". Samples are kept, and credentials looked for again");
    }
    if (reply.status == 0) {
      return new Advice("unreachable", endpoint + " cannot be reached: " + reply.message
          + ". The last profiles are kept and sent later; check AWS_ENDPOINT_URL_CODEGURUPROFILER, proxies and AWS_CA_BUNDLE");
    }
    if (reply.isNoGroup()) {
      return new Advice("no group", "profiling group " + group + " does not exist at " + endpoint + " (region " + region
          + "). Make it, or set AWS_CODEGURU_PROFILER_GROUP_NAME; it is looked for every period");
    }
    if (reply.isForeign) {
      return new Advice("foreign", endpoint + " answers " + reply.status + ", but what answers there is not the profiling service: check"
          + " AWS_ENDPOINT_URL_CODEGURUPROFILER, and whether a proxy or a sign-in page is in between. The last profiles are kept and sent later");
    }
    if (reply.isRedirect()) return onRedirect(reply, endpoint);
    String answer = endpoint + " answers " + reply.status + (reply.code.isEmpty() ? "" : ' ' + reply.code)
        + (reply.message.isEmpty() ? "" : ": " + reply.message);
    if (reply.status == 401 || reply.status == 403) {
      return new Advice("denied", answer + ". The agent needs codeguru-profiler:ConfigureAgent and PostAgentProfile on group "
          + group + ", the right keys and the right time; it is tried again every period");
    }
    if (reply.status == 404) {
      return new Advice("not found", answer + ". Is it the address of a Wick server? It is tried again every period");
    }
    if (reply.mayPass()) return new Advice("busy", answer + ". The last profiles are kept and sent later");
    return new Advice("refused " + reply.status + reply.code, answer + ". The server is asked again every period");
  }

  private static Advice onRedirect(Service.Reply reply, String endpoint) {
    boolean leadsAway = !reply.origin.isEmpty() && !reply.origin.equalsIgnoreCase(Service.origin(endpoint));
    String what = leadsAway
        ? " to " + reply.origin + ": the endpoint setting (AWS_ENDPOINT_URL_CODEGURUPROFILER) should be that address"
        : ": check AWS_ENDPOINT_URL_CODEGURUPROFILER, and whether a proxy or a sign-in page is in between";
    return new Advice("redirect", endpoint + " answers " + reply.status + ", a redirect" + what
        + ". Redirects are not followed; it is tried again every period");
  }
}
