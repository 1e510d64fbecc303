#!/bin/sh
# Builds agents/java/target/wick-agent.jar where something is newer than it; installs a JDK and Maven where they are missing.
set -eu
cd "$(dirname "$0")/../agents/java"
command -v mvn >/dev/null && command -v javac >/dev/null || {
  command -v apt-get >/dev/null || { echo 'wick: the Java agent needs a JDK 17 or newer and Maven; install them, then run this again' >&2; exit 1; }
  [ "$(id -u)" -eq 0 ] && root='' || root=sudo
  echo 'wick: installing a JDK and Maven (once) …' >&2
  export DEBIAN_FRONTEND=noninteractive
  $root apt-get -qq update >&2
  $root apt-get -qq install --yes --no-install-recommends openjdk-17-jdk-headless maven >&2
}
# Programs that run with the agent must not have it built anew under them.
[ -f target/wick-agent.jar ] && [ -z "$(find pom.xml src/main -newer target/wick-agent.jar)" ] && exit 0
# What was downloaded before is enough; only where it is not, the network is asked.
mvn --offline -B -q -DskipTests package >/dev/null 2>&1 || mvn -B -q -DskipTests package
