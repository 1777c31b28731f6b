// What the Realtime Database's rules allow, as targaryen understands them.
// stdin: {"rules", "data", "cases": [{"auth", "operation": "read" | "write", "path", "value"}]}; stdout: [true, false, ...]
// It runs from the folder where its packages are installed.
'use strict';

const { createRequire } = require('module');
const targaryen = createRequire(process.cwd() + '/')('targaryen');

const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const database = targaryen.database(asked.rules, asked.data);
const answers = asked.cases.map(({ auth, operation, path, value }) => {
  const as = database.as(auth);
  return (operation === 'read' ? as.read(path) : as.write(path, value)).allowed;
});
console.log(JSON.stringify(answers));
