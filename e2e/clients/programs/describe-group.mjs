// Prints the profiling group that it is given. What it knows of the server is in its environment.
import { CodeGuruProfilerClient, DescribeProfilingGroupCommand } from '@aws-sdk/client-codeguruprofiler'

const client = new CodeGuruProfilerClient()
const { profilingGroup } = await client.send(
  new DescribeProfilingGroupCommand({ profilingGroupName: process.argv[2] }),
)
console.log(JSON.stringify(profilingGroup))
