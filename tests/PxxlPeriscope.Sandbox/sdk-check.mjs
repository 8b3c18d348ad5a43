// Pxxl's own SDK against the sandbox. Prints one JSON object; any failure ends with exit code 1.
//
//   PXXL_API_URL=… PXXL_API_KEY=… node sdk-check.mjs <folder of the installed @pxxlapp/pxxl>
//
// The SDK ignores PXXL_API_URL and forces its own base address, so the requests are led elsewhere in fetchImpl.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { PXXL_API_URL: apiUrl, PXXL_API_KEY: apiKey } = process.env;
const [sdkFolder] = process.argv.slice(2);
if (!apiUrl || !apiKey || !sdkFolder) {
  console.error("usage: PXXL_API_URL=… PXXL_API_KEY=… node sdk-check.mjs <folder of the installed sdk>");
  process.exit(2);
}

const { PxxlClient, PXXL_API_BASE_URL } = await import(pathToFileURL(resolve(sdkFolder, "dist/index.js")).href);

function fetchImpl(url, init) {
  if (!url.startsWith(PXXL_API_BASE_URL)) throw new Error(`unexpected address ${url}`);
  return fetch(apiUrl.replace(/\/$/, "") + url.slice(PXXL_API_BASE_URL.length), init);
}

function expect(condition, what) {
  if (!condition) throw new Error(`not sensible: ${what}`);
}

const pxxl = new PxxlClient({ apiKey, fetchImpl });

const whoami = await pxxl.whoami();
expect(whoami.user?.email, "whoami.user.email");

const usage = await pxxl.platformUsage();
expect(typeof usage.data?.summary?.totalDeployments === "number", "usage.data.summary.totalDeployments");

const projects = (await pxxl.listProjects()).projects;
expect(projects.length > 0 && projects.every((project) => project.id && project.name), "projects");

const deployments = (await pxxl.listDeployments()).deployments;
expect(deployments.length > 0 && deployments.every((row) => row.id && row.status && row.createdAt), "deployments");

const settled = deployments.find((row) => row.branch && row.buildStatus === "completed") ?? deployments.at(-1);
const { deployment } = await pxxl.getDeployment(settled.id);
expect(deployment.id === settled.id, "deployment.id");

const logRows = (await pxxl.deploymentLogs(settled.id)).logs;
expect(logRows.length > 0 && logRows.every((row) => row.message && row.timestamp), "logs");

const redeploy = await pxxl.redeployProject(projects[0].id, { commitMessage: "sdk check" });
expect(redeploy.deploymentId && redeploy.status === "queued", "redeploy");

const report = {
  whoami,
  usage,
  projects: projects.map((project) => project.id),
  deployments: deployments.map((row) => row.id),
  deployment,
  logRows: logRows.length,
  redeploy,
};
console.log(JSON.stringify(report));
