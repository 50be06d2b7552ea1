#!/bin/sh
# Stands for an agent: asks for its task, then runs the tests. The board is back at the second attempt.
[ "$FAULTBOX_ATTEMPT" != 1 ] || exec node fetch-task.js
npm test --silent && exit 0
printf '{"result":{"success":false,"failure_category":"validation_failed","failure_reason":"the tests fail"}}' >result.json
exit 1
