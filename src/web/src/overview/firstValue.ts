/** The command that sends a first value to the hub at this address; it works in every shell with single quotes. */
export function firstValueCommand(origin: string): string {
  return `curl -X PUT ${origin}/api/values/demo/greeting \\\n  -H 'Content-Type: application/json' -d '{"value": "hello"}'`;
}
