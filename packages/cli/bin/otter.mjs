#!/usr/bin/env -S node --max-semi-space-size=32
// What waits to be applied outlives a young generation of the default size and would be copied again and again.
import '../dist/main.js';
