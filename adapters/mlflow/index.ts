/** What serving needs of MLflow. */
export { createMlflow } from './client.ts';
export { downloadModel } from './download-model.ts';
