/** What serving needs of MLflow. */
export { createMlflow, type MlflowClient } from './client.ts';
export { downloadModel, type DownloadedModel } from './download-model.ts';
