// Loaded before the program: leaves its memory (KB) and processor time (ms) in the file that MEASURE_TO names.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const took = JSON.stringify({ memory: maxRSS, time: Math.round((userCPUTime + systemCPUTime) / 1000) });
  require('node:fs').writeFileSync(process.env.MEASURE_TO, took);
});
